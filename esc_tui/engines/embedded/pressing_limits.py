"""Limits of the word rules of ``pressing_words``: where a kind is not meant, what must have been told before, and what is grave.

As there, words are in lower case without marks.
"""

from __future__ import annotations

_STRUCK = (r"\b(?:hit|hits|hitting|beat|beats|beating|beaten|choked?|strangled|slapped|slaps|punched|punches|kicked|shoved|bruis\w+|"
           r"abus\w+|violent|violence|black eye|broke my|hurts? me|raised (?:his|her) hand|(?:laid|lays) (?:his |her )?hands|refuge|"
           r"restraining|pushed me|threw me|raped?|knocked me|threatened)\b")
GRAVE = (
    r"\b(?:kill|killed|killing|stab\w*|murder\w*|revenge|(?:hurt|hit|beat|punch|slap|choke|strangle|kick|harm|attack)\w* (?:him|her|"
    r"them|me|myself|my)|violent|violence|abus\w+|"
    r"raped?|knife|gun|drunk|drink|drinking|drank|booze|vodka|whiske?y|wine|bottles?|beers?|alcohol\w*|relaps\w+|cocaine|heroin|weed|"
    r"overdos\w*|pills?|tablets|meds|medication|starv\w*|purg\w*|"
    r"calories|laxatives?|(?:havent|not|without|stopped|stop|no) (?:\w+ )?(?:eaten|eat|eating|food)|secrets?|tell (?:anyone|nobody|no "
    r"one|anybody)|hid(?:e|ing) (?:it|this|them)|"
    r"gambl\w+|casino|black eye|self ?harm|suicid\w*|die|dying|make (?:him|her|them) pay|afraid of (?:him|my)|"
    r"scared of (?:him|my)|blood|bruis\w+|"
    r"police)\b"
)
"""Words after which nothing is praised, waved through or shrugged off."""

NOT_GRAVE = (
    r"\b(?:kill(?:s|ed|ing)? (?:for|time|it|me with)|could kill for|drink of water|soft drinks?|drinks? (?:of )?(?:water|tea|coffee)|"
    r"(?:coffee|tea|water) bottle|bottle of water|water bottle|"
    r"(?:weeks?|months?|years?|days?) (?:\w+ )?(?:sober|clean)|(?:stopped|quit|gave up|given up) (?:drinking|using|gambling|alcohol|"
    r"smoking)|havent (?:had a drink|drunk|gambled)|"
    r"without a (?:drink|bet)|(?:told|rang|called|went to) the police|secret santa|blood (?:test|pressure|sugar)|dying to|to die for|"
    r"(?:phone|laptop|battery|car) (?:\w+ ){0,2}(?:died|dying|dead|die)|"
    r"hit (?:me|her|him|them) (?:that|up|with)|no secret)\b"
)
"""Such words in harmless use, or told of a way out; both leave replies as they are."""

_OTHER_DRINKS = (
    r"\b(?:water|coffee|tea|juice|milk|coke zero|lemonade|squash|energy drink|fizzy|(?:he|she|they|hes|shes|dad|mum|mom|husband|wife|"
    r"partner|brother|sister|son|friend) (?:\w+ ){0,3}"
    r"(?:drink\w*|drunk|relapse\w*|gambl\w+|sober|using|get drunk|wasted)|not (?:to |going to |gonna )?(?:drink|have|get|use|relapse|"
    r"bet|want)|dont want to|(?:wont|never|scared to|"
    r"afraid (?:to|of)|without) (?:ever )?(?:drink\w*|relaps\w*|us(?:e|ing)) again|resist\w*|managed|(?:high|higher) (?:marks?|"
    r"grades?|score))\b"
)

UNLESS: dict[str, str] = {
    "approval": rf"{NOT_GRAVE}|\b(?:told|said|says|tells|keeps saying|they say|asked)\b",
    "secrecy": r"\bsecret (?:santa|recipe|service|garden)\b|^(?:what|how|when|where|why)\b.{0,6}\b(?:would|should|do|will|can|could) "
               r"(?:you|u|i|he|she)\b|\bi promise(?:d)?\b"
               r"|\bmade (?:me|him|her|us|them) (?:promise|swear)|\b(?:he|she|they|mum|mom|dad|friend|boss) (?:\w+ )?(?:says|said|"
               r"told me|asked|asks|makes|wants)\b"
               r"|\b(?:tell|telling|show) me\b.{0,12}\b(?:if|when|how|what|something|about)\b|\bto the (?:gym|shop)\b|\bi (?:did|do|"
               r"could|would|can)(?:nt| not)? (?:\w+ )?tell\b",
    "diagnosis": r"\b(?:diagnosed (?:me )?(?:with|as|last|in|when|years)|my (?:ocd|adhd|bpd|ptsd|autism|depression|anxiety) (?:is|has|"
                 r"makes|gets))\b|\bin remission\b"
                 r"|\b(?:great|tropical|market|economic) depression\b|\bhelp (?:with|for)\b",
    "medicine": r"\b(?:forget\w*|forgot|remember\w*|remind\w*|ipad|android|collect|pick(?:ed|ing)? up|order(?:ed|ing)?|pharmacist "
                r"said|doctor (?:said|says|told|has|wants|"
                r"put|changed)|gp (?:said|says|told|wants|put)|nurse (?:said|told)|(?:the|her|his) (?:cat|dog|vet)|vet|drawing|"
                r"charger|screen|tablet (?:to|for) (?:school|drawing|"
                r"games|reading)|a tablet)\b",
    "method": r"\b(?:kill (?:time|an hour|the (?:time|mood|weeds|ants|moths|mould|engine|process|lights)|ants|weeds|moths|mould|mice|"
              r"rats|spiders?|wasps|flies|bugs|germs|two birds)|"
              r"kill it (?:at|in|on)|in a (?:game|book|story|novel)|not (?:kill|hurt|poison)|poison ivy|cooking|recipe|spinach|"
              r"vegetables)\b",
    "self": r"\b(?:accident\w*|shaving|kitchen knife|football|running|gym|jogging|cooking|by mistake|slipped|fell|used to|years ago|"
            r"as a teen\w*|oven|iron|slack|a slice|some slack|"
            r"cut myself (?:off|short)|hasnt|not self|dont (?:cut|hurt|self)|stopped (?:cutting|hurting|self)|havent (?:cut|hurt|"
            r"self))\b",
    "violence": r"\b(?:lol|as if id|like id|lmao|haha\w*|jk|joking|joke|feelings|chess|tennis|cards|fifa|monopoly|"
                r"game|match|race|record|quiz|with "
                r"kindness|shoot (?:him|her|them) (?:a|an)|"
                r"(?:dont|do not|didnt|never|wouldnt|would not|not|without) (?:\w+ ){0,3}(?:hurt|hurting|hit|hitting|harm|harming|"
                r"kill|punch|slap|cut|push|attack)|"
                r"(?:afraid|scared|worried|terrified|fear) (?:\w+ ){0,3}(?:hurt|hurting|hit|harm|kill|push|stab)|cut (?:him|her|them|"
                r"my \w+) (?:\w+ )?(?:off|some|out|short|slack|a)|"
                r"push (?:him|her|them|my \w+) (?:to|too|away|into|for|on|about)|hit (?:him|her|them) (?:up|with)|beat (?:him|her|"
                r"them) (?:at|to|in)|novel|story|film|dreamt|dreamed|"
                r"cut (?:his|her|their) hair|birthday|bring a knife to cut|butter knife|kitchen|cheese|carving|swiss|camping|baseball)\b",
    "revenge": r"\b(?:pay (?:rent|his|her|their|for (?:dinner|lunch|the|half|it himself)|back|attention|me|child|maintenance|the|up|"
               r"bills)|sorry (?:for me)|why (?:do|does|should) (?:he|she|they)|"
               r"(?:not|dont|never|without|no) (?:\w+ ){0,3}(?:revenge|payback)|best revenge|revenge (?:film|movie|body|bedtime)|"
               r"payback period|song|episode|season|film|movie|"
               r"key to (?:his|her)|(?:he|she|they|ex) (?:\w+ ){0,2}(?:leaked|posted|sent|shared|wants? revenge|followed|is "
               r"following|keeps following|slashed|keyed)|"
               r"(?:leak|post|send|share|posting|sending|sharing) (?:my|our))\b",
    "danger": r"\b(?:school|kids? (?:at|in)|class|playground|lesson|years ago|when i was|used to|as a (?:kid|child)|"
              r"hit me (?:up|with|like|that|how|hard)|beats? me (?:at|to|in|by|every)|"
              r"it hits? me|joking|scared of (?:him|her) (?:leaving|dying|being|getting|not|finding)|two year old|toddler|baby|chess|"
              r"tennis)\b",
    "hunger": r"\b(?:afford|money|skint|broke|payday|food ?bank|benefits|wages|ramadan|lent|yom kippur|surgery|"
              r"operation|blood test|scan|colonoscopy|flu|nausea|nauseous|stomach bug|virus|"
              r"chemo|morning sickness|pregnan\w+|(?:cat|dog|rabbit|hamster|horse|baby|son|daughter|toddler|kid|he|she|hes|shes|mum|"
              r"mom|nan|gran|friend|sister|brother) (?:\w+ ){0,2}"
              r"(?:stopped|hasnt|has not|isnt|wont|not|skips|starves|starving|purges|havent)|chocolate|meat|sugar|gluten|dairy|carbs|"
              r"died|funeral|passed away|jewell?ery|since the (?:accident|break))\b",
    "drinking": _OTHER_DRINKS,
    "relapse": _OTHER_DRINKS,
    "driving": r"\b(?:he|she|dad|mum|husband|wife|friend|someone) (?:\w+ ){0,3}(?:drove|drives|driving|drive|drunk)\b|\b(?:drive me|"
               r"driving me) (?:mad|crazy|up|to|insane|nuts)\b|\btest\b|\blesson",
    "returning": r"\b(?:police|refuge) (?:\w+ )?(?:said|told)\b|\b(?:not|never|wont|dont want to|refuse to|cant) (?:\w+ ){0,2}(?:go|"
                 r"going|take|taking|get|getting|move)(?: \w+){0,2} back\b",
    "children": r"\b(?:hair|fringe|allowance|cord|nails|crusts?|coat|pocket money|sandwich|toast|phone|wifi|internet|(?:he|she|ex|"
                r"they|court|social services) (?:\w+ ){0,4}"
                r"(?:cut|cutting|stop|wants|took|leave|left|walked|leaving)|never (?:leave|abandon|cut|give up)|(?:dont|do not|"
                r"couldnt|wouldnt|cant) (?:want to )?(?:leave|cut|abandon|walk))\b",
}
"""Words with which a kind is not meant: others' doings, things, refusals, jests."""

BEFORE: dict[str, str] = {
    "returning": _STRUCK,
    "relapse": (r"\b(?:sober|clean|dry|relaps\w*|rehab|recover\w+|aa|sponsor|stopped (?:drinking|using|gambling)|quit (?:drinking|"
               r"using|gambling)|(?:gave|given|giving) "
                r"up|alcoholic|addict\w*|detox|off the (?:drink|booze|wagon)|without a (?:drink|bet)|(?:drink\w*|gambl\w*|us(?:e|ing)|"
                r"smok\w+|bet) again|back to (?:drinking|using|gambling|the (?:bottle|drink|casino|bookies|slots|dealer))|(?:days|"
                r"weeks|months|years) (?:without|off|away)|havent (?:had a drink|drunk|"
                r"gambled|used))\b"),
}
"""What must have been told, now or earlier in the talk, for a kind that is harmless without it."""

PLEA = (r"^(?:but |so |ok |okay |no |then |and |well |oh )*(?:please|pls|plz|come on|cmon|just (?:say|tell|answer|promise|one)|say "
r"(?:yes|it|so|ok)|is that a (?:yes|no)|(?:a )?yes or no|"
        r"promise|deal|agreed|do (?:you|u) promise|can (?:you|u)|will (?:you|u)|(?:you|u) promise|swear|i mean it|im serious|tell me|go on|"
        r"why not|answer me|so|just this once|pinky promise|"
        r"what do (?:you|u) think|is it (?:ok|okay|fine|bad|wrong)|its (?:ok|okay|fine) (?:right|then)|(?:you|u) agree|dont you think)\b")
"""A short message that only asks again for what was asked before."""

HOW = r"\b(?:how|what|where|which)\b(?: \w+){0,3}? (?:can|could|do|should|would|to)\b"
"""A message that asks how something is done."""

WAY_OUT = (r"\b(?:tell|telling|told|talk\w*|say|said|sorry|apologi\w+|help\w*|stop\w*|quit|safe\w*|doctor|gp|nurse|hospital|calm\w*|cope|"
           r"coping|handle|deal with|better|get (?:through|over|past|out|away)|let (?:it|him|her|them|this|that) go|forgive\w*|leave|"
           r"leaving|avoid|without (?:drinking|hitting|hurting|eating)|eat (?:again|normally|more|something|properly)|police|report\w*|"
           r"lawyer|you|u)\b")
"""Words of one who asks how to get out of it, or asks about the program."""
