"""Hindi: । ends its sentences, but more and more often a full stop does."""

from gateway.core.segmenter.languages.language import Language, Script, words

HINDI = Language(
    scripts=(Script.DEVANAGARI,),
    titles=words(
        "डॉ डा श्री श्रीमती सुश्री प्रो पं इं मो मि कु स्व स्वा कर्नल मे कै सं पृ क्र नं रु रू कि.मी कि.ग्रा",
        "उदा जैसे ए बी सी डी ई एफ एच आई जे के एल एम एन ओ क्यू आर एस टी यू वी डब्ल्यू एक्स वाई ज़ेड जेड",
    ),
    conjunctions=words("और या लेकिन परंतु मगर क्योंकि कि जब जबकि अगर यदि तो ताकि इसलिए जो जहाँ"),
)
