-- Sales that are still to open, for the desk's list.
create index book_by_opening on book (opens_at) where opens_at is not null;
