"""What axe-core is asked for."""

# It would load the stylesheets once more, and look for an imported one where it is not. How large
# and how far apart targets have to be (WCAG 2.2, 2.5.8), it looks at only when asked.
# Where it found nothing wrong, nobody reads what it says.
ASKED = {
    "preload": False,
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},
}
