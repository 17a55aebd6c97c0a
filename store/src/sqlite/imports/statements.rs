//! What is asked of the file about imports.

pub(super) use self::{bearing::*, covers::*, sending::*, working::*};

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

mod bearing {
    crate::imports::statements::bearing!(
        sqlx::SqliteConnection,
        "select slug, cast(sum(case when counted_at is null then on_hand else 0 end) as integer),
                max(counted_at)
         from json_each($1) as wanted
         cross join book on book.slug = wanted.value
         cross join movement indexed by movement_of_copies
                    on movement.book_id = book.id and at > $2 and (on_hand <> 0 or counted_at is not null)
         group by slug"
    );
}

mod covers {
    crate::imports::statements::covers!(sqlx::SqliteConnection, "begin immediate");
}
