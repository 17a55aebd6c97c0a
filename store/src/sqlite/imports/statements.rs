//! What is asked of the file about imports.

pub(super) use self::{covers::*, sending::*, working::*};

mod sending {
    crate::imports::statements::sending!(sqlx::SqliteConnection, "begin immediate");
}

mod working {
    crate::imports::statements::working!(
        sqlx::SqliteConnection,
        "begin immediate",
        "insert into import_finding (job_id, phase, row, outcome, finding)
     select $1, $2, new.value ->> 0, new.value ->> 1, new.value ->> 2 from json_each($3) as new
     where true
     on conflict (job_id, phase, row) do update set
        outcome = excluded.outcome, finding = excluded.finding"
    );
}

mod covers {
    crate::imports::statements::covers!(sqlx::SqliteConnection, "begin immediate");
}
