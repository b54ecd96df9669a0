SELECT uuid, euid, name, size FROM node ORDER BY size DESC, uuid
