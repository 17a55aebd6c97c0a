-- What a list says of copies is taken in once and as of when they were counted, an import at
-- which workers come to grief is given up, and orders are found by their times.

-- When the copies were counted, where a movement makes the stock what was counted. It is no
-- coming or going: whoever reckons what has moved since a moment leaves it out.
alter table movement add column counted_at bigint;

-- For that reckoning: few movements are of copies that come or go.
create index movement_of_copies on movement (book_id, at) where on_hand <> 0;

-- Somebody has said that the copies of a list which came before have come once more.
alter table import_job add column counts_again bigint not null default 0
    constraint import_job_counts_again_is_so_or_not check (counts_again in (0, 1));
-- How many workers have begun since it came any further.
alter table import_job add column tries bigint not null default 0
    constraint import_job_tries_not_negative check (tries >= 0);
-- The furthest row that any of them has come to: each check begins anew.
alter table import_job add column reached bigint not null default 0
    constraint import_job_reached_not_negative check (reached >= 0);

create index import_job_by_content on import_job (digest) where digest is not null;

create index shop_order_by_age on shop_order (placed_at, id);
create index shop_order_by_end on shop_order (closed_at) where closed_at is not null;
create index shop_order_overdue on shop_order (placed_at, id) where state = 'overdue';
