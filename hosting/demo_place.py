"""Where the demo clinic is and on which number it is called, unless settings say it."""

# "Muster" is what forms in German are filled in with to show how; no mail arrives at 12345.
DEMO_ADDRESS = "Musterallee 12, 12345 Berlin"
# Of the numbers that the German network agency sets aside for fiction, as the demo's patients have.
DEMO_PHONE = "+49 30 23125 500"
