-- The link with which the first owner of a new shop makes an account, and the texts that a shop must
-- publish about itself.

-- At most one row. A new link replaces it; the first account deletes it.
create table set_up_link (
    one        integer not null constraint set_up_link_pk primary key
               constraint set_up_link_one_row check (one = 1),
    -- SHA-256 of what is in the link: whoever reads this cannot use it.
    token      blob    not null constraint set_up_link_token_is_sha256 check (length(token) = 32),
    expires_at integer not null
) strict;

-- One row. The document has the Markdown of each page and language, such as "terms.en".
create table legal_texts (
    one      integer not null constraint legal_texts_pk primary key
             constraint legal_texts_one_row check (one = 1),
    version  integer not null constraint legal_texts_version_not_negative check (version >= 0),
    document text    not null constraint legal_texts_document_is_an_object
             check (json_valid(document) and json_type(document) = 'object')
) strict;

insert into legal_texts (one, version, document) values (1, 0, '{}');
