"""What a voice bot says, and how a language model writes it: for measuring how soon it is heard."""

import re

WRITTEN = """
Well, as far as I can see, the meeting was moved to Thursday because the room was taken. Shall I tell the others?
Two of them have not answered the invitation yet.

If you have a minute, please look at the second page and tell me what you think of it. I was not sure about the last
table. The numbers in it come from two different months, so they cannot be compared.

Sure! I have sent you the new invitation this morning. It should be in your mailbox by now, but if you cannot find
it, please look among the advertisements first.

The train leaves at nine, but we should be there a little earlier to find good seats. It takes about two hours.
Coffee is sold on board; sandwiches are better from the shop at the station.

Your order left our warehouse yesterday afternoon and will arrive on Friday between ten and twelve. You do not have
to be at home. The driver can leave the parcel with a neighbour, or at the shop on the corner.

I am sorry to hear that. Let me check what went wrong with the payment before we try it again. Could you tell me the
last four digits of the card that you used, please?

Yes. The museum is open today until six, and on Thursdays even until nine in the evening. Children pay nothing,
students pay half, and everybody else pays twelve euros.

The restaurant that you asked about has a free table for four people at half past seven tonight. It is on the first
floor near the window. Do you want me to reserve it?

Tomorrow will be mostly sunny with a light wind from the west and temperatures around twenty degrees. In the evening
a few clouds come up. Rain is not expected before the weekend, and even then there will be little of it.

To reset the device, hold the small button on the back for about ten seconds until the light turns red. Then let go.
After a minute it starts again, and you can connect it with the app as you did the first time.

There are three ways to get there: by bus, by train or on foot along the river. The bus is cheapest. The walk is the
most beautiful, although it takes almost an hour and there is no shade.

Okay. Your appointment with the dentist is now on the fourteenth of March at a quarter past eight in the morning.
Please bring your insurance card. If you cannot come, call us at least one day before.
"""
REPLIES = tuple(" ".join(reply.split()) for reply in WRITTEN.split("\n\n"))
# As tokenisers cut prose: a word with the space before it, long ones in parts, digits and marks by themselves.
TOKEN = re.compile(r"\s?[^\W\d_]{1,7}|\s?\d{1,3}|\s?[^\w\s]{1,3}|\s")


def tokens(text: str) -> list[str]:
    """Together they are the text."""
    return TOKEN.findall(text)
