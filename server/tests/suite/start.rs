//! The real binary starts, or reports why not with a message that names the setting.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    process::{Command, Stdio},
};

use crate::{
    common::{Running, burts_books, output_of, owners_command, run, said},
    log::stop,
};

/// Sends a request on a plain socket, and returns the status line.
pub fn ask(shop: &Running, request: &str) -> String {
    let mut stream = TcpStream::connect(&shop.address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    line
}

/// What a command that must not open a shop says.
pub fn refusal(command: &mut Command) -> String {
    let output = output_of(command);
    assert!(!output.status.success());
    assert!(output.stdout.is_empty(), "no address is announced");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_data_directory_that_cannot_be_made_is_named() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "in the way").unwrap();
    let data = dir.path().join("file/data");
    let error = refusal(&mut burts_books(&data));
    assert!(
        error.contains("--data-dir") && error.contains(data.to_str().unwrap()),
        "{error}"
    );
}

#[test]
fn the_log_names_the_file_with_the_data() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path().canonicalize().unwrap();
    let mut command = burts_books("./data".as_ref());
    command.current_dir(&here);
    let mut shop = Running::of(command, &here.join("data"));
    stop(&mut shop);
    let log = fs::read_to_string(here.join("data.log")).unwrap();
    let file = here.join("data/shop.sqlite");
    assert!(log.contains(file.to_str().unwrap()), "{log}");
}

#[test]
fn a_bad_setting_from_the_environment_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let error = refusal(burts_books(&dir.path().join("data")).env("BURTS_WAIT_SECONDS", "soon"));
    assert!(error.contains("--wait-seconds"), "{error}");
    assert!(!dir.path().join("data").exists(), "nothing is created");
    let error = refusal(burts_books(&dir.path().join("data")).env("BURTS_LOG", "burts_books=loud"));
    assert!(error.contains("--log"), "{error}");
}

#[test]
fn a_closed_shop_is_one_complete_file() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let mut shop = Running::start(&data, &[]);
    let pid = shop.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    assert!(shop.child.wait().unwrap().success());
    let mut left: Vec<_> = fs::read_dir(&data)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(
        left,
        ["shop.lock", "shop.sqlite"],
        "no log is left beside the file"
    );
}

#[test]
fn a_second_process_on_the_same_data_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let _first = Running::start(&data, &[]);
    let error = refusal(&mut burts_books(&data));
    assert!(error.contains("in use by another process"), "{error}");
}

#[test]
fn a_foreign_file_is_refused_and_left_unchanged() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    fs::create_dir(&data).unwrap();
    let file = data.join("shop.sqlite");
    fs::write(&file, "this is somebody's shopping list, ".repeat(100)).unwrap();
    let before = fs::read(&file).unwrap();
    let error = refusal(&mut burts_books(&data));
    assert!(error.contains("shop.sqlite"), "{error}");
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn an_emptied_shop_is_refused_with_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    drop(Running::start(&data, &[]));
    let file = data.join("shop.sqlite");
    fs::write(&file, "").unwrap();
    let error = refusal(&mut burts_books(&data));
    assert!(
        error.contains("shop.sqlite contains no shop: restore a backup"),
        "{error}"
    );
    assert_eq!(fs::metadata(&file).unwrap().len(), 0);
}

#[test]
fn help_lists_every_setting_with_its_variable() {
    let dir = tempfile::tempdir().unwrap();
    let output = output_of(burts_books(&dir.path().join("data")).arg("--help"));
    let help = String::from_utf8(output.stdout).unwrap();
    // `settings_docs` checks that the page has every setting.
    let page = include_str!("../../../docs/settings.md");
    let table = page.lines().filter(|line| line.starts_with("| `--"));
    let names: Vec<_> = table.flat_map(|row| row.split('`')).collect();
    assert!(names.contains(&"BURTS_LISTEN"), "{names:?}");
    for name in names {
        let is_name = name.starts_with("--") || name.starts_with("BURTS_");
        assert!(!is_name || help.contains(name), "{name}: {help}");
    }
}

#[test]
fn client_errors_are_not_logged_as_errors() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let shop = Running::start(&data, &[]);
    let post = |body: &str, cookie: &str| {
        let length = body.len();
        let form = "Content-Type: application/x-www-form-urlencoded";
        ask(
            &shop,
            &format!(
                "POST /api/add_to_cart HTTP/1.1\r\nHost: x\r\n{form}\r\nCookie: {cookie}\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            ),
        )
    };
    let get = |path: &str| ask(&shop, &format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"));
    for (answer, status) in [
        (post("nothing=here", ""), "422"),
        (post("book=no-such-book", ""), "404"),
        (post(&"x".repeat(100_000), ""), "422"),
        (post("book=small-hours", "shopper=forged"), "403"),
        (get("/api/add_to_cart"), "405"),
        (get("/live?seen=nonsense"), "400"),
        (get("/books/no-such-book"), "404"),
        (ask(&shop, "NONSENSE\r\n\r\n"), "400"),
    ] {
        assert!(answer.contains(status), "{status}: {answer}");
    }
    let log = fs::read_to_string(data.with_extension("log")).unwrap();
    assert!(log.contains("open"), "{log}");
    assert!(!log.contains("ERROR") && !log.contains("WARN"), "{log}");
}

/// This happens when a shop is tried from another machine.
#[test]
fn a_refused_page_of_another_address_is_logged_once_with_the_setting_to_change() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let mut shop = Running::start(&data, &[]);
    let post = |origin: &str, host: &str| {
        let answer = ask(
            &shop,
            &format!(
                "POST /api/add_to_cart HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n\
                 Content-Length: 0\r\nConnection: close\r\n\r\n"
            ),
        );
        assert!(answer.contains("403"), "{answer}");
        fs::read_to_string(data.with_extension("log")).unwrap()
    };
    let here = shop.address.clone();
    let log = post("http://evil.example", &here);
    assert!(!log.contains("--public-url"), "not logged: {log}");
    for _ in 0..3 {
        post("http://shop.local:3000", "shop.local:3000");
    }
    stop(&mut shop);
    let log = fs::read_to_string(data.with_extension("log")).unwrap();
    assert_eq!(log.matches("set --public-url").count(), 1, "{log}");
    assert!(log.contains("http://shop.local:3000"), "{log}");
}

#[test]
fn the_owner_can_audit_restock_back_up_and_restore() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let backup = dir.path().join("backup.sqlite");
    let backup = backup.to_str().unwrap();
    let shop = Running::start(&data, &[]);

    let audit = run(&["audit"], &data);
    assert!(
        audit.status.success() && said(&audit).contains("every rule holds"),
        "{}",
        said(&audit)
    );
    let made = run(&["backup", backup], &data);
    assert!(made.status.success(), "{}", said(&made));
    let twice = run(&["backup", backup], &data);
    assert!(
        !twice.status.success()
            && said(&twice).contains("the file already exists, and was left unchanged"),
        "{}",
        said(&twice)
    );
    let restock = [
        "restock",
        "--book",
        "small-hours",
        "--copies",
        "5",
        "--reason",
        "delivery",
    ];
    let refused = run(&restock, &data);
    assert!(
        !refused.status.success() && said(&refused).contains("in use"),
        "{}",
        said(&refused)
    );
    drop(shop);

    assert!(run(&restock, &data).status.success());
    let ledger = said(&run(&["ledger", "--book", "small-hours"], &data));
    let rows: Vec<_> = ledger.lines().collect();
    assert_eq!(rows.len(), 3, "{ledger}");
    assert!(
        rows[1].contains("opened\t+14") && rows[2].contains("restocked\t+5"),
        "{ledger}"
    );
    assert!(rows[2].ends_with("delivery"), "{ledger}");
    let unknown = run(&["ledger", "--book", "no-such-book"], &data);
    assert!(!unknown.status.success() && said(&unknown).contains("no-such-book"));
    for (copies, reason, why) in [
        ("-50", "lost", "are promised"),
        ("0", "nothing", "--copies"),
        ("1.5", "half", "--copies"),
        ("1", "", "--reason"),
        ("1", "two\nlines", "--reason"),
    ] {
        let copies = ["restock", "--book", "small-hours", "--copies", copies];
        let refused = run(&[&copies[..], &["--reason", reason]].concat(), &data);
        assert!(
            !refused.status.success() && said(&refused).contains(why),
            "{}",
            said(&refused)
        );
    }
    let ledger = said(&run(&["ledger", "--book", "small-hours"], &data));
    assert_eq!(ledger.lines().count(), 3, "nothing has changed");
    let mistyped = dir.path().join("dota");
    let refused = run(&restock, &mistyped);
    assert!(
        !refused.status.success() && said(&refused).contains("dota"),
        "{}",
        said(&refused)
    );
    assert!(!mistyped.exists(), "no new shop is created");

    let restored = run(&["restore", backup], &data);
    assert!(
        restored.status.success() && said(&restored).contains("kept"),
        "{}",
        said(&restored)
    );
    let ledger = said(&run(&["ledger", "--book", "small-hours"], &data));
    assert_eq!(ledger.lines().count(), 2, "{ledger}");
    assert!(run(&["audit"], &data).status.success());

    let nowhere = dir.path().join("no/such/directory.sqlite");
    let refused = said(&run(&["backup", nowhere.to_str().unwrap()], &data));
    assert!(refused.contains("cannot be written"), "{refused}");
    assert_eq!(refused.matches("No such file").count(), 1, "{refused}");

    fs::write(
        backup,
        "no database at all, but long enough to look at".repeat(50),
    )
    .unwrap();
    let refused = run(&["restore", backup], &data);
    assert!(!refused.status.success() && said(&refused).contains("backup.sqlite"));
    assert!(
        run(&["audit"], &data).status.success(),
        "the shop is unchanged"
    );
}

#[test]
fn a_closed_pipe_ends_a_command_silently() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    drop(Running::start(&data, &[]));
    for task in ["ledger --book small-hours", "audit"] {
        let mut command = owners_command(&task.split(' ').collect::<Vec<_>>(), &data);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said, "", "{task}");
    }
}
