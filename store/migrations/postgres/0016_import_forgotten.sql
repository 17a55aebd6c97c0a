-- What was found in an import is forgotten in steps. From the first of them on it is not asked
-- which rows it has taken in: rows that were refused would count as taken in.
alter table import_job add column forgotten bigint not null default 0
    constraint import_job_forgotten_is_bool check (forgotten in (0, 1));

drop index import_job_by_content;
create index import_job_by_content on import_job (digest) where digest is not null and forgotten = 0;
