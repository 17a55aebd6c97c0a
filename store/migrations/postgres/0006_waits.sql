-- Who waits for a copy that comes back, what is offered to them, and when a sale opens.

create table wait (
    book_id         bigint not null constraint wait_book_fk references book (id),
    -- Whoever came first has the lower number. A row is there as long as somebody waits.
    place           bigint not null constraint wait_place_positive check (place >= 1),
    shopper         bytea  not null constraint wait_shopper_is_128_bits check (length(shopper) = 16),
    since           bigint not null,
    ends_at         bigint not null,
    -- Until when a page of theirs is taken to be open: only then are they offered a copy,
    -- or where they have left an address to which the shop can write.
    reachable_until bigint not null,
    email           text,
    -- In which language they are written to.
    language        text,
    constraint wait_pk primary key (book_id, place)
);

create unique index wait_once_per_shopper_and_book on wait (shopper, book_id);
create index wait_over on wait (ends_at);

-- What is offered is held like anything else, for a shorter time, until it is accepted.
alter table hold add column offered bigint not null default 0
    constraint hold_offered_is_one_copy check (offered = 0 or (offered = 1 and quantity = 1));

-- Before this nothing of it is sold; at any time where there is nothing.
alter table book add column opens_at bigint;
-- To each shopper at most so many, where it is not as many as of any other book.
alter table book add column limit_per_shopper bigint
    constraint book_limit_positive check (limit_per_shopper >= 1);
