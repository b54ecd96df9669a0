"""What the examples of docs/runtime begin with: `python -i begin.py` leaves a prompt to type them into."""

from tapdb_ctl import InstanceFactory, connect

db = connect("dev", actor="ada")
factory = InstanceFactory()
session = db.get_session()

print(len(factory.template_manager.list_templates(session)), "templates")
