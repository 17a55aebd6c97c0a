-- What is sold at the counter and comes back there: receipts, and two more kinds of movements.

create table receipt (
    -- The sixty random bits of its code.
    id   bigint not null constraint receipt_pk primary key,
    kind text   not null constraint receipt_kind_known check (kind in ('sale', 'return', 'damaged_return')),
    at   bigint not null
);

create index receipt_by_time on receipt (at);

create table receipt_line (
    receipt_id  bigint not null constraint receipt_line_receipt_fk references receipt (id),
    book_id     bigint not null constraint receipt_line_book_fk references book (id),
    quantity    bigint not null constraint receipt_line_quantity_positive check (quantity > 0),
    -- Of one copy, at that moment.
    price_cents bigint not null constraint receipt_line_price_not_negative check (price_cents >= 0),
    constraint receipt_line_pk primary key (receipt_id, book_id)
);

alter table movement add column receipt_id bigint;
-- The rows that are there satisfy the narrower check before, so they are not read again.
alter table movement drop constraint movement_kind_known;
alter table movement add constraint movement_kind_known check (kind in (
    'opened', 'held', 'released', 'expired', 'ordered', 'collected', 'cancelled', 'overdue', 'sold',
    'returned', 'restocked', 'adjusted')) not valid;
