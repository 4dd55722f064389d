"""A face onto a character's shape keys, eye bones and jaw bone."""
