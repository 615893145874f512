"""Greek, Turkish, Hungarian, Romanian, Vietnamese, Indonesian, Arabic, Hebrew, four languages of India."""

from gateway.core.segmenter.languages.language import Language, Script, words

GREEK = Language(
    scripts=(Script.GREEK,),
    titles=words("κ κκ κα δρ δις αγ π.χ δηλ βλ λχ λ.χ πρβ αρ λεωφ οδ καθ στρ μ.μ.ε υπ σελ τηλ πχ"),
    numbered=words("αρ αριθ σελ σ κεφ εικ πίν τόμ τηλ άρθρ παρ ιαν φεβ μαρ απρ μαΐ ιουν ιουλ αυγ σεπ οκτ νοε δεκ χλμ"),
    closing=words("κ.λπ κλπ κτλ κ.ά κ.ο.κ π.χ.χ μ.χ"),
    conjunctions=words("και κι αλλά ή όμως γιατί επειδή αν όταν ενώ που ώστε"),
)
TURKISH = Language(
    titles=words("dr prof doç av sn alb yzb org gen müh mim öğr arş st cad sok mah blv apt örn bkz yy çev yay"),
    numbered=words(
        "no nu s sf sy böl şek tab tel cilt md mad dk sn saat oca şub mar nis haz tem ağu eyl eki kas ara km kg"
    ),
    ambiguous=words("a.ş ltd şti inc co"),
    closing=words("vb vs vd m.ö m.s"),
    conjunctions=words("ve ama fakat veya çünkü ancak eğer ki"),
    ordinal_dot=True,
)
HUNGARIAN = Language(
    titles=words("dr prof ifj id özv st szt pl ill ún kb ti ua vö ld azaz vs mr mrs ms"),
    numbered=words("sz o old kb köt fej áb tel jan febr márc ápr máj jún júl aug szept okt nov dec u em"),
    ambiguous=words("kft zrt nyrt bt inc ltd co"),
    closing=words("stb"),
    conjunctions=words("és de vagy mert ha hogy amikor míg ami aki ahol"),
    ordinal_dot=True,
)
ROMANIAN = Language(
    titles=words(
        "dl dlui d-l d-na dna d-lui d-nei dr prof ing av col gen sf str bd bdul șos nr.crt ex de.ex adică cca vs",
        "pt mr",
    ),
    numbered=words(
        "nr pag p art alin cap fig tab vol tel et sc ap ian feb mar apr iun iul aug sept oct nov dec min km kg"
    ),
    ambiguous=words("s.a s.r.l inc ltd co jr"),
    closing=words("etc ș.a ș.a.m.d î.hr d.hr"),
    conjunctions=words("și dar sau iar însă deoarece dacă când că care unde"),
)
VIETNAMESE = Language(
    titles=words("Ts Ths TS ThS PGS GS BS KS LS TP Tp P Q H Tx TX TT St NXB ĐH THPT UBND mr mrs ms dr vd VD"),
    closing=words("v.v"),
    conjunctions=words("và nhưng hoặc vì nếu khi mà thì"),
)
INDONESIAN = Language(
    titles=words("dr drs dra ir prof h hj bpk sdr sdri kh tn ny nn jl jln gg kab kec kel prov yth a.n d.a u.p ttd"),
    numbered=words("no hal hlm bab gbr tel telp rt rw pasal ayat jan feb mar apr jun jul agt sep okt nov des km kg rp"),
    ambiguous=words("pt cv tbk inc ltd co"),
    closing=words("dll dsb dst"),
    conjunctions=words("dan tetapi atau karena jika ketika yang agar"),
)
ARABIC = Language(
    scripts=(Script.ARABIC,),
    titles=words("د أ م أ.د ص ت ق هـ ه ج ر س ع ك"),
    conjunctions=words("و أو ثم لكن لأن إذا عندما حيث التي الذي"),
)
HEBREW = Language(scripts=(Script.HEBREW,), conjunctions=words("או אבל כי אם כאשר אשר"))
BENGALI = Language(
    scripts=(Script.BENGALI,),
    titles=words("ড ডা মো মোঃ মোছা প্রফেসর অধ্যা ইঞ্জি সা শ্রী বি এ"),
    conjunctions=words("এবং কিন্তু বা কারণ যদি যখন"),
)
MARATHI = Language(
    scripts=(Script.DEVANAGARI,),
    titles=words("डॉ श्री श्रीमती प्रा सौ कै पं कु रु क्र"),
    conjunctions=words("आणि पण किंवा कारण जर जेव्हा"),
)
MALAYALAM = Language(scripts=(Script.MALAYALAM,), titles=words("ഡോ മി പ്രൊ ശ്രീ കെ പി എം എ ബി സി എസ് ടി വി ജെ"))
TAMIL = Language(scripts=(Script.TAMIL,), titles=words("டாக்டர் திரு திருமதி பேரா எஸ் கே எம் பி ஏ ஆர் வி"))
