-- Links with which somebody chooses a password: for an account that is to be made, or for one that
-- exists. There is one for each name; a new one replaces it.

create table staff_link (
    name       text   not null constraint staff_link_pk primary key
               constraint staff_link_name_fits check (name ~ '^[a-z0-9._-]{2,40}$'),
    -- SHA-256 of what is in the link: whoever reads this cannot use it.
    token      bytea  not null constraint staff_link_token_unique unique
               constraint staff_link_token_is_sha256 check (length(token) = 32),
    -- The role of the account that is to be made.
    role       text   constraint staff_link_role_known check (role in ('clerk', 'owner')),
    -- The account that exists.
    staff_id   bigint constraint staff_link_staff_fk references staff (id) on delete cascade,
    -- An owner's name.
    made_by    text   not null,
    created_at bigint not null,
    expires_at bigint not null,
    constraint staff_link_has_one_purpose check ((role is null) <> (staff_id is null))
);

create index staff_link_of on staff_link (staff_id) where staff_id is not null;
create index staff_link_over on staff_link (expires_at);
