"""Polish."""

from gateway.core.segmenter.languages.language import Language, capitalized, words

POLISH = Language(
    titles=words(
        "dr hab prof inż mgr lek doc ks bp abp kard o s św bł gen płk ppłk mjr kpt por ppor sierż kmdr hr adw mec",
        "red p dyr prez wicemin zob por np m.in tzn tj tzw tzn in ok ww wg dot ds ws właśc pt ur zm śp jw",
        "lit łac gr ang niem fr ros wł hiszp ul al pl os woj pow gm sp z.o.o płn płd wsch zach mr mrs ms vs sygn",
        "przyp tłum",
    ),
    numbered=words(
        "maks m nr s str ss art ust pkt rozdz rys tab tabl tel fig t tom cz poz par godz ok lp kl",
        "sty lut mar kwi maj cze lip sie wrz paź lis gru min sek km kg cm mm tys mln mld zł gr",
    ),
    ambiguous=words("im s.a inc ltd co jr sp.j"),
    closing=words("itd itp etc i.in"),
    times=words("r w rr ww n.e p.n.e"),
    time_openers=words("w we od do po przed około ok na z ze między"),
    starters=capitalized(
        "ten ta to te ci tamten ja ty on ona ono my wy oni one pan pani mój moja moje nasz nasza jego jej ich co",
        "kto gdzie kiedy dlaczego jak który która które jaki jaka jakie czy i a ale lecz oraz lub albo więc bo",
        "ponieważ jeśli jeżeli gdy choć chociaż aby żeby zanim po przed w we na do od z ze za dla o u przy bez",
        "między przez pod nad jednak też także również potem następnie najpierw teraz dziś dzisiaj jutro wczoraj",
        "tu tutaj tam tak nie nigdy zawsze już jeszcze może jest są był była było były ma mają można trzeba każdy",
        "wszystkie wszyscy niektóre wiele żaden nikt nic proszę dziękuję uznaje obecnie",
    ),
    one_letter=words("W Z I A O U"),
    conjunctions=words(
        "i a ale lecz oraz lub albo więc bo ponieważ jeśli jeżeli gdy choć aby żeby zanim że który która które gdzie"
    ),
    ordinal_dot=True,
    ordinal_openers=words("lat latach"),
)
