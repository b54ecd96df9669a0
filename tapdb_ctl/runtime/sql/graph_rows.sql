SELECT uuid, euid, name, polymorphic_discriminator, bstatus, depth FROM node ORDER BY depth, uuid
