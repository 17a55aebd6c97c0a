-- The epoch: the name of this history of the data. Versions can only be compared within one.
--
-- It is derived from what differs in every copy: a random value, which each new or copied shop
-- draws; the database and the table, which are new after a dump was restored; the cluster; and the
-- timeline, which is new after a failover or a recovery to an earlier time. The timeline is that of
-- the log being written, because the control file has the new one only after a checkpoint.
--
-- Some hosts do not offer the functions that name the cluster and its timeline. There, the rest
-- has to do. A standby has no epoch: it is an error, as every write on it is.

create function shop_epoch() returns text language plpgsql as
$$
declare
    place text;
begin
    begin
        place := concat_ws('.', (select system_identifier from pg_control_system()),
                           left(pg_walfile_name(pg_current_wal_lsn()), 8));
    exception when insufficient_privilege or feature_not_supported or undefined_function then
        place := '';
    end;
    return (
        select left(encode(sha256(convert_to(
                   concat_ws('.', encode(value, 'hex'), setting.tableoid, place,
                             (select oid from pg_database where datname = current_database())),
                   'UTF8')), 'hex'), 12)
        from setting where name = 'epoch');
end
$$;
