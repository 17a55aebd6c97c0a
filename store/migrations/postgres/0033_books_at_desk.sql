-- What staff write about a book at the desk.

-- What is known beyond the title, the author and the description: an object with a text for each
-- fact. The catalogue's revision grows with it, so that it is found by a search.
alter table book add column facts text constraint book_facts_are_an_object
    check (json_typeof(facts::json) = 'object');

-- Which fields come from the catalogue file and which from the desk, with what the file says of the
-- latter, and a version that grows with each change of the description.
alter table book add column sources text constraint book_sources_are_an_object
    check (json_typeof(sources::json) = 'object');

-- The number of available copies at which the book is to be ordered again.
alter table book add column reorder_point bigint constraint book_reorder_point_not_negative
    check (reorder_point >= 0);
create index book_to_reorder on book (reorder_point) where reorder_point is not null;

-- Whether staff have set the cover at the desk. Imports leave such a cover as it is.
alter table cover add column from_desk bigint not null default 0 constraint cover_from_desk_known
    check (from_desk in (0, 1));
