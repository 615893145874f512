"""English."""

from gateway.core.segmenter.languages.language import Language, capitalized, words

WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
TIME_ZONES = "EST EDT ET CST CDT CT MST MDT MT PST PDT PT GMT UTC BST CET CEST IST JST Eastern Central Mountain Pacific"

ENGLISH = Language(
    titles=words(
        "mr mrs ms dr prof messrs mme mlle drs mt Ft Gen Col Lt Capt Cpt Cmdr Cdr Maj Sgt Cpl Pvt Adm Brig Rev Fr",
        "Gov Sen Rep Pres Supt Insp Det Hon Ald Amb Atty e.g i.e eg ie v viz cf vs v.s f.e approx ca c.f n.b nb",
        "incl excl esp misc med dept univ assn resp",
    ),
    numbered=words(
        "App max no nos nr n° nº p pp pg pgs fig figs vol vols ch chap sec sect art eq eqn pop ref tel ext para",
        "Rs rs Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec lb lbs oz ft yd mi sq gal qt fl hr hrs min",
        "mins kg cm mm km",
    ),
    ambiguous=words(
        "inc ltd co corp bros llc plc jr sr esq st ave blvd rd hwy bldg apt ste",
        "al ed eds est Ind NE NW SE SW P.O",
        "Mon Tue Tues Wed Thu Thur Thurs Fri Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Kan Ky Md Minn Miss Mo",
        "Neb Nev Okla Ore Pa Tenn Tex Va Vt Wis Wyo",
    ),
    closing=words("Ph.D M.D B.A M.A B.S M.S B.Sc M.Sc M.B.A LL.B LL.M J.D"),
    times=words("a.m p.m b.c a.d b.c.e c.e"),
    time_openers=words("at by on in around about from after before until till since every"),
    after_times=words(WEEKDAYS, TIME_ZONES),
    starters=capitalized(
        "a an the this that these those it i he she we you they there here what when where who whom whose why how",
        "which my your his her its our their one some any all many most much few both each every either neither",
        "another no not none nothing nobody everyone everybody someone something anyone anything everything is are",
        "was were am be do does did has have had can could will would shall should may might must let and but or",
        "nor so yet for if because although though while since unless until as before after then than once however",
        "therefore moreover furthermore meanwhile otherwise instead also besides still thus hence indeed perhaps",
        "maybe please yes yeah ok okay well oh just now today tomorrow yesterday sometimes often never always only",
        "even in on at by from to with without about into over under between during through despite of don isn",
        "aren wasn weren doesn didn hasn haven hadn couldn won wouldn shouldn first next finally lastly later soon",
        "note see thanks thank sorry sure try use make go get",
    ),
    one_letter=words("I"),
    pronouns=words("I"),
    lettered=words(
        "option answer plan part type class grade group team vitamin hepatitis section appendix",
        "exhibit model version item gate terminal building room block column row variable factor step",
        "level platform point choice letter size",
    ),
    exclaimed=words("Yahoo Jeopardy"),
    conjunctions=words(
        "and but or nor so yet because although though while whereas since unless until if when whenever where",
        "wherever which who whom whose that before after as than",
    ),
    prepositions=words(
        "above across against along among at behind below beside between beyond by despite during for",
        "from in inside into like near on onto over through throughout to toward towards under until via with within",
        "without",
    ),
)
