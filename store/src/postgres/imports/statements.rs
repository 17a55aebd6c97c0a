//! What is asked of the database about imports.

pub(super) use self::{covers::*, sending::*, working::*};

mod sending {
    crate::imports::statements::sending!(sqlx::PgConnection, "begin");
}

mod working {
    crate::imports::statements::working!(
        sqlx::PgConnection,
        "begin",
        "insert into import_finding (job_id, phase, row, outcome, finding)
     select $1, $2, (new ->> 0)::bigint, new ->> 1, new ->> 2
     from json_array_elements($3::text::json) as new
     on conflict (job_id, phase, row) do update set
        outcome = excluded.outcome, finding = excluded.finding"
    );
}

mod covers {
    crate::imports::statements::covers!(sqlx::PgConnection, "begin");
}
