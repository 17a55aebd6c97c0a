-- Who works in the shop, and who of them is signed in.

create table staff (
    id         integer not null constraint staff_pk primary key,
    name       text    not null constraint staff_name_unique unique
               constraint staff_name_fits check (
                   length(name) between 2 and 40 and name not glob '*[^a-z0-9._-]*'
               ),
    role       text    not null constraint staff_role_known check (role in ('clerk', 'owner')),
    -- Argon2id, as a PHC string: salt and cost are in it.
    password   text    not null constraint staff_password_is_hashed check (password like '$argon2id$%'),
    created_at integer not null
) strict;

create table staff_session (
    -- SHA-256 of what is in the cookie: whoever reads this cannot sign in by it.
    token      blob    not null
               constraint staff_session_pk primary key
               constraint staff_session_token_is_sha256 check (length(token) = 32),
    staff_id   integer not null
               constraint staff_session_staff_fk references staff (id) on delete cascade,
    created_at integer not null,
    expires_at integer not null
) strict, without rowid;

create index staff_session_of on staff_session (staff_id);
create index staff_session_over on staff_session (expires_at);
