//! The area in which a file is chosen or dropped, and which shows the progress of its upload.
//!
//! Without script, its form sends a small file.

use leptos::{
    attr::custom::custom_attribute,
    ev::{DragEvent, SubmitEvent},
    html::Input,
    prelude::*,
};

use super::{
    receiver::Receiver,
    screen::{ReceiveProps, Screen},
};
use crate::{
    browser::{changing_text::changing_text, islands},
    i18n::current_language,
};

islands! {
    /// The area for a list of books or a folder of covers.
    receive_file(ReceiveProps) => view,
}

/// The form, and the progress below it.
fn view(props: ReceiveProps) -> impl IntoView {
    let language = current_language();
    let screen = Screen::new();
    let covers = props.covers;
    let receiver = Receiver::new(props, screen);
    let (live, over) = (RwSignal::new(false), RwSignal::new(false));
    // From now on, the script takes the files.
    Effect::new(move |_| live.set(true));
    let on_over = move |event: DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    let on_drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        receiver.take_dropped(&event);
    };
    let is_sending = move || screen.size.get().is_some();
    let pause = move || match screen.paused.get() {
        true => say!(language, import.resume),
        false => say!(language, import.pause),
    };
    view! {
        <section
            class="import-receive"
            data-live=move || live.get()
            data-over=move || over.get()
            data-connection=move || screen.lost.get().then_some("lost")
            on:dragover=on_over
            on:dragleave=move |_| over.set(false)
            on:drop=on_drop
        >
            {form(covers, receiver, screen)}
            <progress
                hidden=move || !is_sending()
                max=move || screen.size.get()
                value=move || screen.size.get().map(|_| screen.acked.get())
                aria-label=say!(language, import.uploading)
            ></progress>
            <p class="import-words" inner_html=changing_text(move || screen.words.get().unwrap_or_default())></p>
            <p class="import-told" role="status" inner_html=changing_text(move || screen.told.get().unwrap_or_default())></p>
            <button
                type="button"
                class="button button-quiet"
                hidden=move || !is_sending()
                on:click=move |_| receiver.pause_or_resume()
                inner_html=changing_text(pause)
            ></button>
        </section>
    }
}

/// The form to choose files. A browser with script uploads them at once.
fn form(covers: bool, receiver: Receiver, screen: Screen) -> impl IntoView {
    let language = current_language();
    let (action, label, accept) = match covers {
        false => (
            "/desk/imports/file",
            say!(language, import.drop),
            Some(".csv,.tsv,.txt,text/csv,text/plain"),
        ),
        true => (
            "/desk/imports/covers",
            say!(language, import.choose_folder),
            None,
        ),
    };
    // With script, a browser parses the content of `noscript` as text, so it has no elements to
    // hydrate.
    let small_files = say!(language, import.small_files);
    let small_files = format!(r#"<p class="desk-more">{small_files}</p>"#);
    let input = NodeRef::<Input>::new();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        receiver.take_chosen(input);
    };
    view! {
        <form
            method="post"
            action=action
            enctype="multipart/form-data"
            class="import-file"
            hidden=move || screen.size.get().is_some()
            on:submit=on_submit
        >
            <label>
                <span>{label}</span>
                <input
                    node_ref=input
                    type="file"
                    name="file"
                    accept=accept
                    multiple=covers
                    required=true
                    on:change=move |_| receiver.take_chosen(input)
                    {..custom_attribute("webkitdirectory", covers)}
                />
            </label>
            <button class="button">{say!(language, import.send)}</button>
            <noscript inner_html=small_files></noscript>
        </form>
    }
}
