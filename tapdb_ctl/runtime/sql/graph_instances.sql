SELECT instance.*
FROM (SELECT uuid, date_part('day', level) AS depth FROM met ORDER BY depth, uuid) AS met
JOIN generic_instance AS instance ON instance.uuid = met.uuid
ORDER BY met.depth, met.uuid
