//! What is asked of the database about imports.

crate::import_statements::import_statements!(
    sqlx::PgConnection,
    "begin",
    "insert into import_finding (job_id, phase, row, outcome, finding)
     select $1, $2, (new ->> 0)::bigint, new ->> 1, new ->> 2
     from json_array_elements($3::text::json) as new
     on conflict (job_id, phase, row) do update set
        outcome = excluded.outcome, finding = excluded.finding"
);
