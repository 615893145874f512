import pytest

from gateway.core.segmenter.languages import find_language

SENTENCES = [
    ("de", "Ich treffe Dr. Müller am 3. Oktober.| Er kommt.| Gut."),
    ("de", "Das war im 19. Jahrhundert.| Heute ist der 3. 5. 2024.| Gut."),
    ("de", "Obst, z. B. Äpfel, usw. Birnen bzw. Nüsse.| Die Firma kauft 3 Mio. Euro."),
    ("de", "Friedrich II. Preußens König.| Er sagte: „Komm.“| Dann ging er."),
    ("fr", "Il a dit : « Bonjour. »| Puis M. Dupont est parti.| C'est fini !| Oui."),
    ("fr", "Voir p. 12, c.-à-d. Paris.| Merci."),
    ("es", "¿Cómo estás?| ¡Bien!| El Sr. Gómez vive en EE. UU. desde 1990.| Vale."),
    ("es", "Son las 5 p. m.| La Dra. Ruiz llega."),
    ("it", "Il sig. Rossi e la dott.ssa Bianchi arrivano.| Vedi pag. 5.| Ciao!"),
    ("pt", "O Sr. Silva chegou.| A Dra. Lima também, p.ex. Hoje.| Sim."),
    ("zh", "你好。|我叫小明！|今天天气很好吗？|好。"),
    ("zh", "我们去看《摔跤吧！爸爸》好吗？|好！"),
    ("zh", "他说：「来吧。」|然后走了。"),
    ("ja", "「はい。」と言った。|そうですか？|はい。"),
    ("ar", "هل أنت بخير؟| نعم، أنا بخير.| شكرا."),
    ("ur", "یہ ایک جملہ ہے۔| یہ دوسرا ہے۔"),
    ("hi", "यह एक वाक्य है।| यह दूसरा है।"),
    ("am", "ሰላም ነው።|ደህና ነኝ።"),
    ("ko", "안녕하세요.| 저는 민수입니다.| 네."),
    ("ru", "Это дом.| Это А. С. Пушкин.| Да!"),
    ("ru", "«Я приду, – сказал он. – Завтра утром».| Мы ждали."),
    ("hy", "Նա ասում էր. «Ես գիտեմ»։| Դալման` (մայրը)` աշխատում էր:| Հետո նա գնաց:"),
    ("da", "Vi ses den 3. maj.| Det er fint."),
]


@pytest.mark.parametrize(("language", "expected"), SENTENCES)
def test_a_sentence_ends_where_its_language_ends_it(sentences, language, expected):
    assert sentences(expected.replace("|", ""), language) == expected


@pytest.mark.parametrize("tag", ["de", "de-AT", "de_CH", "DE"])
def test_a_language_is_found_by_the_first_part_of_its_tag(tag):
    assert find_language(tag) is find_language("de")


@pytest.mark.parametrize("tag", ["", "xx", "tlh-Latn"])
def test_an_unknown_language_gets_the_general_rules(sentences, tag):
    assert sentences("Qapla. Heghlu. Dr. Kruge left.", tag) == "Qapla.| Heghlu.| Dr. Kruge left."
