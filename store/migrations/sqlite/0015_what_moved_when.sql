-- A count that finds as many copies as were thought is a movement of none, and still a count.
drop index movement_of_copies;
create index movement_of_copies on movement (book_id, at)
    where on_hand <> 0 or counted_at is not null;

-- What has moved since a moment, of all books.
create index movement_by_time on movement (at);
