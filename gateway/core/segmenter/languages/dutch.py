"""Dutch."""

from gateway.core.segmenter.languages.language import Language, capitalized, words

DUTCH = Language(
    titles=words(
        "v n dhr dhrn mevr mw mr mrs dr drs prof ir ing mej fam st lic zr ds pr gebr kol bijv bv",
        "d.w.z dwz o.a o.m m.a.w m.b.t m.i.v i.p.v i.v.m n.a.v t.a.v t.o.v t.b.v t.g.v t.n.v t.w t.z.t a.d.h.v",
        "d.m.v z.g.a.n z.s.m ca cca vgl resp excl incl evt nl zgn zg zogen a.h.w a.k.a cf i.h.b i.c m.n m.u.v",
        "o.b.v o.i.d p.a v.h vs",
    ),
    numbered=words(
        "max nr nrs no blz p pp pag art artt hfst fig afb tab vol dl bijl tel kl st lid par jrg afd kamer",
        "jan febr feb mrt apr jun jul aug sept sep okt nov dec min sec km kg cm mm m",
    ),
    numbered_endings=("str", "Str"),
    ambiguous=words("n.v b.v v.o.f inc ltd co jr sr mln mld e.d s.t"),
    closing=words("enz etc e.a ca v.chr n.chr a.u.b s.v.p"),
    starters=capitalized(
        "de het een dit dat deze die er hier daar nu toen dan ik je jij u hij ze zij we wij jullie men mijn uw",
        "zijn haar ons onze hun wat wie waar wanneer waarom hoe welke welk en maar of want dus als omdat hoewel",
        "terwijl voordat nadat zodra tot ook nog al toch echter daarom daarna vervolgens eerst tenslotte ten",
        "misschien ja nee niet geen alle sommige veel elke ieder is was zijn waren heeft hebben had kan kunnen",
        "moet moeten mag zal zullen wil wilt laat in op aan met voor van bij uit over onder na naar door tussen",
        "sinds om te vandaag morgen gisteren dank bedankt graag",
    ),
    conjunctions=words(
        "en maar of want dus omdat hoewel terwijl als toen voordat nadat zodat zodra wanneer dat die waar"
    ),
    clitics=words("s t n k m"),
)
