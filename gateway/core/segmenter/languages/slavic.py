"""Czech, Slovak, Croatian and Serbian, Ukrainian, Bulgarian."""

from gateway.core.segmenter.languages.language import Language, Script, capitalized, words

CZECH = Language(
    one_letter=words("V Z S O U A K"),
    titles=words(
        "ing mgr bc mudr judr phdr rndr mvdr dr doc prof p pí sl gen plk kpt npor por sv ul nám tř např tj tzn tzv",
        "resp mj apod aj ap popř příp vč cca event kol tzn fa srov viz vs zejm odd okr býv čl mr mrs ms",
    ),
    numbered=words(
        "č čís s str obr tab kap odst čl písm sv roč tel hod min vt led úno bře dub kvě čvn srp zář říj lis pro"
    ),
    ambiguous=words("s.r.o a.s v.o.s inc ltd co jr"),
    closing=words("atd apod atp př.n.l n.l etc"),
    starters=capitalized(
        "ten ta to ti ty tento tato toto já on ona ono my vy oni co kdo kde kdy proč jak který která které jaký a",
        "ale nebo však i protože když pokud aby než také pak potom nejprve teď dnes zítra včera tady tam ano ne už",
        "ještě jen může je jsou byl byla bylo byli má mají v ve na do od z ze za pro o u při bez mezi přes pod nad",
        "po před každý všechny mnoho děkuji prosím",
    ),
    conjunctions=words("a ale nebo protože když pokud aby než že který která které kde"),
    ordinal_dot=True,
    syllabic_consonants=True,
)
SLOVAK = Language(
    one_letter=words("V Z S O U A K"),
    titles=words(
        "ing mgr bc mudr judr phdr rndr dr doc prof p pí sl gen plk sv ul nám tr napr tj tzn tzv resp príp popr",
        "vrát cca pozri vs okr býv mr mrs ms",
    ),
    numbered=words("č čís s str obr tab kap ods čl písm roč tel hod min"),
    ambiguous=words("s.r.o a.s inc ltd co jr"),
    closing=words("atď apod atp pr.n.l n.l etc"),
    starters=capitalized(
        "ten tá to tí tie tento táto toto ja on ona ono my vy oni čo kto kde kedy prečo ako ktorý ktorá ktoré a",
        "ale alebo však i pretože keď ak aby než tiež potom najprv teraz dnes zajtra včera tu tam áno nie už ešte",
        "len môže je sú bol bola bolo boli má majú v vo na do od z zo za pre o u pri bez medzi cez pod nad po pred",
        "každý všetky veľa",
    ),
    conjunctions=words("a ale alebo pretože keď ak aby než že ktorý ktorá ktoré kde"),
    ordinal_dot=True,
    syllabic_consonants=True,
    months=capitalized("januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra"),
)
SOUTH_SLAVIC = Language(
    titles=words("dr prof mr mrs ing g gđa gdin sv ul tj npr tzv itd dipl odn god br str"),
    numbered=words("br str s čl st sl tab tel god"),
    closing=words("itd itsl i.sl"),
    conjunctions=words("i a ali ili jer ako kada da što koji koja koje gdje"),
    ordinal_dot=True,
    syllabic_consonants=True,
)
UKRAINIAN = Language(
    one_letter=words("В З У О Я І Й А"),
    scripts=(Script.CYRILLIC,),
    titles=words(
        "п пп проф доц акад д-р інж ген полк ім св о вул просп пр пл пров бул наб буд кв обл р-н м с смт напр",
        "тобто див порів т.е тз т.зв журн ред вид упор чл кор англ нім фр лат грец рос укр нар пом зав заст бл",
        "близько т т.ч т.к тел ",
    ),
    numbered=words("№ с стор рис гл розд табл т том тел вип кн год хв сек п пп км кг см мм м тис млн млрд грн коп"),
    closing=words("т.д т.п ін н.е"),
    times=words("р рр ст"),
    time_openers=words("у в з із від до по на біля після перед між"),
    starters=capitalized(
        "він вона воно вони я ти ми ви це цей ця ці той та те що хто де коли чому як який яка які і й а але або",
        "якщо хоча тому однак також потім спочатку тепер зараз сьогодні завтра вчора тут там так ні не вже ще лише",
        "може можна треба є був була було були його її їх мій наш ваш усі кожен у в на з до від за для без при під",
        "над між через після",
    ),
    conjunctions=words("і й а але або якщо хоча тому щоб коли поки що який яка які де"),
)
BULGARIAN = Language(
    scripts=(Script.CYRILLIC,),
    titles=words(
        "г-н г-жа проф доц акад д-р др инж ген полк св ул бул пл бл ап гр напр т.е т.н т.нар вж ср им обл стр"
    ),
    numbered=words("№ с стр фиг гл чл ал т табл тел ч час мин сек км кг см мм м хил млн млрд лв ст"),
    closing=words("т.н и.др др"),
    times=words("г гг в"),
    time_openers=words("в във от до по на през към около след преди"),
    starters=capitalized(
        "той тя то те аз ти ние вие това този тази тези какво кой къде кога защо как и а но или ако защото обаче",
        "също после сега днес утре вчера тук там да не вече още може е са беше бяха в във на с със от до за при",
        "без след",
    ),
    conjunctions=words("и а но или ако защото че когато докато който която които където"),
)
