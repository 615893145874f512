"""Danish, Norwegian, Finnish: an ordinal has a dot, months have no capital."""

from gateway.core.segmenter.languages.language import Language, capitalized, words

TITLES = "hr fr frk dr prof ing sr skt st mr mrs ms mt dir adv cand mag vs ca bl.a f.eks feks d.v.s dvs m.h.t iflg"
NUMBERED = (
    "nr s p n° nº kl kap fig tlf pkt stk art § bd vol jan feb febr mar apr jun jul aug sep sept okt nov dec min",
    "sek km kg kr no",
)
STARTERS = (
    "den det de en et dette denne disse jeg du han hun vi i man min din sin vår vores deres hvad hva hvem hvor når",
    "hvorfor hvordan hvilken og men eller for så at hvis fordi mens før efter etter også dog derfor der her nu nå",
    "da måske kanskje ja nej nei ikke ingen alle mange noen nogle hver er var har havde hadde kan kunne skal",
    "skulle må vil på av af med til fra under over ved mellem mellom mod mot uden uten hos gennem gjennom tak takk",
)

DANISH = Language(
    titles=words(TITLES, "fhv inkl ekskl evt pga pr ang alm egl tidl mdr oberst"),
    numbered=words(*NUMBERED, "nov rs sec lb ca"),
    ambiguous=words("a/s aps inc ltd co jr i/s etc mio mia e.u u.s u.k"),
    closing=words("osv m.m m.fl m.v mv f.kr e.kr o.lign o.l"),
    starters=capitalized(*STARTERS),
    times=words("a.m p.m"),
    time_openers=words("at by on in from i på kl"),
    exclaimed=words("Yahoo"),
    pronouns=words("I"),
    conjunctions=words("og men eller for så at hvis fordi mens når før efter som der hvor"),
    ordinal_dot=True,
)
NORWEGIAN = Language(
    titles=words(TITLES, "f.o.m t.o.m bl.a inkl ekskl evt pga o.a s.k alm tidl"),
    numbered=words(*NUMBERED),
    ambiguous=words("a/s inc ltd co jr etc mill mrd"),
    closing=words("osv m.m m.fl m.v mv f.kr e.kr o.l"),
    starters=capitalized(*STARTERS),
    conjunctions=words("og men eller for så at hvis fordi mens når før etter som der hvor"),
    ordinal_dot=True,
)
FINNISH = Language(
    titles=words("hra rva nti tri toht prof ins maist kans esim ts mm vrt ks tms n noin ent nyk os kenr ev"),
    numbered=words("max s nro n:o klo kpl luku kuva tav puh min sek km kg cm mm v"),
    ambiguous=words("oy oyj ry inc ltd co jr milj mrd"),
    closing=words("jne ym yms eaa jaa ekr jkr e.kr j.kr"),
    starters=capitalized(
        "se ne tämä tuo nämä nuo minä sinä hän me te he mikä mitä kuka missä milloin miksi miten millainen ja",
        "mutta tai sekä koska vaikka jos kun kuin että joten siis myös lisäksi sitten ensin nyt tänään huomenna",
        "eilen täällä siellä kyllä ei on oli ovat olivat voi voit kaikki monet jokainen ehkä kiitos",
    ),
    conjunctions=words("ja mutta tai sekä koska vaikka jos kun että joten joka jotka"),
    ordinal_dot=True,
)
