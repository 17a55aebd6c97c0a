//! What is asked of the database about imports.

pub(super) use self::{bearing::*, covers::*, sending::*, working::*};

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

mod bearing {
    crate::imports::statements::bearing!(
        sqlx::PgConnection,
        "select slug, cast(sum(case when counted_at is null then on_hand else 0 end) as bigint),
                max(counted_at)
         from book join movement on book_id = book.id and at > $2 and (on_hand <> 0 or counted_at is not null)
         where slug in (select wanted from json_array_elements_text($1::text::json) as its (wanted))
         group by slug"
    );
}

mod covers {
    crate::imports::statements::covers!(sqlx::PgConnection, "begin");
}
