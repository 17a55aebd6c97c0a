-- Imports: files that come in pieces, what was found in them, and how far each is.
--
-- The pieces are here and not in a directory, so that an upload goes on on whichever
-- instance answers, and a backup has it.

create table import_job (
    id            text    not null
                  constraint import_job_pk primary key
                  constraint import_job_id_is_128_bits check (length(id) = 32),
    kind          text    not null constraint import_job_kind_known check (kind in ('books', 'covers')),
    -- What its sender calls the file. It is told, and used for nothing.
    name          text    not null,
    size          bigint  not null constraint import_job_size_positive check (size > 0),
    -- Who of the staff.
    who           text    not null,
    created_at    bigint  not null,
    -- When it last came any further.
    moved_at      bigint  not null,
    state         text    not null constraint import_job_state_known check (state in (
                      'uploading', 'checking', 'ready', 'applying', 'applied', 'cancelled', 'failed')),
    received      bigint  not null
                  constraint import_job_received_fits check (received between 0 and size),
    -- The connection that sends. Only one does.
    sender        bigint ,
    -- SHA-256 of the whole, once it is.
    digest        bytea    constraint import_job_digest_is_sha256 check (length(digest) = 32),
    -- Why it failed, as JSON.
    trouble       text,
    -- Its last row, once that is known, and the last that was looked at.
    last_row      bigint ,
    upto          bigint  not null constraint import_job_upto_not_negative check (upto >= 0),
    -- What would become of its rows.
    added         bigint  not null,
    changed       bigint  not null,
    unchanged     bigint  not null,
    refused       bigint  not null,
    -- What has become of them.
    was_added     bigint  not null,
    was_changed   bigint  not null,
    was_unchanged bigint  not null,
    was_refused   bigint  not null,
    -- Some instance works on it, until then at the latest; and how often one has begun.
    claimed_until bigint ,
    claims        bigint  not null,
    constraint import_job_whole_when_sent check (
        state in ('uploading', 'cancelled', 'failed') or (received = size and digest is not null)
    )
);

create index import_job_by_age on import_job (created_at);

create table import_chunk (
    job_id text    not null constraint import_chunk_job_fk references import_job (id),
    start  bigint  not null constraint import_chunk_start_not_negative check (start >= 0),
    bytes  bytea    not null constraint import_chunk_size check (length(bytes) between 1 and 262144),
    constraint import_chunk_pk primary key (job_id, start)
);

-- Compressing it again and again would cost more than the room that it saves for a day.
alter table import_chunk alter column bytes set storage external;

-- What was found about rows: every one that is refused, as far as they fit on a page, and
-- the first of the others.
create table import_finding (
    job_id  text    not null constraint import_finding_job_fk references import_job (id),
    -- Before anything was taken in, or while it was.
    phase   text    not null constraint import_finding_phase_known check (phase in ('check', 'apply')),
    row     bigint  not null constraint import_finding_row_positive check (row >= 1),
    outcome text    not null
            constraint import_finding_outcome_known check (outcome in ('added', 'changed', 'refused')),
    -- The rest of it, as JSON.
    finding text    not null,
    constraint import_finding_pk primary key (job_id, phase, row)
);

-- A line may mean a book by its number.
create index book_by_isbn on book (isbn) where isbn is not null;

-- Covers that were sent, in the two sizes in which they are shown.
create table cover (
    book_id bigint  not null
            constraint cover_pk primary key
            constraint cover_book_fk references book (id),
    -- SHA-256 of the picture as it was sent: the same one again is no change.
    source  bytea   not null constraint cover_source_is_sha256 check (length(source) = 32),
    format  text    not null constraint cover_format_known check (format in ('webp', 'jpeg')),
    small   bytea   not null constraint cover_small_not_empty check (length(small) > 0),
    large   bytea   not null constraint cover_large_not_empty check (length(large) > 0)
);
