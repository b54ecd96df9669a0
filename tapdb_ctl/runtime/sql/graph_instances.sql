SELECT instance.* FROM met JOIN generic_instance AS instance ON instance.uuid = met.uuid
ORDER BY date_part('day', level), instance.uuid
