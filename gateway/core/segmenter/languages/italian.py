"""Italian."""

from gateway.core.segmenter.languages.language import Language, capitalized, words

ITALIAN = Language(
    titles=words(
        "dir amm psicol sig sigg sig.ra sigra sig.na dott dott.ssa dottssa dr prof prof.ssa avv",
        "ing arch geom rag on sen mons gen col",
        "cap ten magg s ss p.es es ad.es cfr ca vs spett egr gent ill.mo preg p.zza v.le c.so fam",
    ),
    numbered=words(
        "max n nn num nº n° pag pagg p pp art artt vol cap fig tab tel sec min km kg cm mm gen feb mar apr giu",
        "lug set ott nov dic",
    ),
    ambiguous=words("s.p.a s.r.l s.n.c inc ltd co jr st"),
    closing=words("a.c d.c ecc"),
    starters=capitalized(
        "il lo la i gli le l un uno una questo questa questi queste quello quella quelli quelle io tu lui lei noi",
        "voi loro mio mia suo sua nostro nostra che chi cosa quando dove come perché quale quanto e ma o però",
        "anche se mentre poi dopo prima allora quindi infatti inoltre tuttavia invece oggi ieri domani ora adesso",
        "qui là così sì no non mai sempre già più in con di da su per tra fra a al alla nel nella del della dal",
        "dalla è sono era fu ha hanno tutti tutto tutta tutte ogni alcuni molti altri altro altra nessuno niente",
    ),
    elides=True,
    conjunctions=words(
        "e ed o ma però perché se quando mentre dove che come affinché benché sebbene poiché quindi cui"
    ),
    prepositions=words(
        "a al alla con contro da dal dalla dentro durante fino fra in nel nella per senza sopra sotto su tra verso"
    ),
)
