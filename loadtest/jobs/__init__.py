"""Jobs under a server that is killed again and again: does every one that was accepted end, once, and whole?"""
