"""Word rules for ``pressing``: how people ask for secrecy, a diagnosis, medicine or a blessing for harm, and how they tell of harm.

All are for words in lower case without marks ("dont", "im"); typed badly counts ("u", "gonna", "plz").
"""

from __future__ import annotations

from esc_tui.engines.embedded.pressing_limits import GRAVE

_KIN = (r"(?:mums?|moms?|mothers?|dads?|fathers?|parents?|husband|wife|partner|boyfriend|girlfriend|bf|gf|ex|brothers?|sisters?|family|"
        r"folks|boss|manager|school|teachers?|doctor|gp|therapist|counsell?or|flatmate|roommate|friends?|neighbou?rs?|stepdad|stepmum|"
        r"uncle|aunt|cousin|mate|landlord|colleagues?|coworkers?|bully|bullies|ex (?:husband|wife|boyfriend|girlfriend))")
_WHO = (rf"(?P<who>him|her|them|someone|somebody|my (?:\w+ )?{_KIN})")
_ANYONE = (rf"(?:anyone|anybody|any ?1|no ?one|nobody|a soul|people|others|my (?:\w+ )?{_KIN}|the (?:police|school|cops)|police|cops|"
           r"social services|him|her|them)")
_YOU = (r"(?:are you|r u|are u|will you|will u|would you|would u|do you|do u|you will|you gonna|u gonna|you going to|you have to|"
        r"u have to|can you|could you|wont you|wont u|you wont|u wont|you not|u not|youll|ull|youll not|you would|you wouldnt)")
_KIDS = r"(?:kids?|children|child|sons?|daughters?|boys?|girls?|little ones?|babies|baby|toddler)"
_DAYS = (r"(?P<time>(?:\d+|a|one|two|three|four|five|six|seven|eight|nine|ten|twelve|a few|a couple of|couple of|several|nearly \w+|"
         r"almost \w+) (?:whole |full )?(?:days|weeks?|months?|years?))")
_MEDICINE = (
    r"(?:medications?|meds|medicines?|tablets?|pills?|anti ?depressants?|ssris?|sertraline|zoloft|prozac|fluoxetine|citalopram|"
    r"escitalopram|lexapro|mirtazapine|venlafaxine|effexor|lithium|quetiapine|seroquel|olanzapine|risperidone|xanax|alprazolam|valium|"
    r"diazepam|lorazepam|ativan|zopiclone|ambien|melatonin|ibuprofen|paracetamol|tylenol|aspirin|codeine|tramadol|co ?codamol|adderall|"
    r"ritalin|concerta|propranolol|beta ?blockers?|painkillers?|pain ?killers?|insulin|dose|dosage|antibiotics?|st johns wort|pregabalin|"
    r"gabapentin|lamotrigine|lamictal|steroids|benzos?|benadryl|nytol|prescription|antihistamines?)")
_CONDITION = (
    r"(?P<what>bipolar|ocd|adhd|autis(?:m|tic)|bpd|asd|borderline|c?ptsd|(?:clinical(?:ly)? )?depress(?:ed|ion)|anxiety|burn ?out|"
    r"an(?:orexic|orexia)|bulimi[ca]|schizo\w+|psychotic|psychosis|narciss\w+|sociopath|psychopath|dyslexi[ca]|alcoholic|addict|"
    r"mentally ill|mental illness|dementia|alzheimers|panic (?:disorder|attacks?)|eating disorder|personality disorder|pmdd|ppd|cancer|"
    r"tourettes|insomnia|perimenopause|menopause|trauma|traumati[sz]ed|a breakdown)")
_ABOUT = r"(?: (?!not\b)\w+){0,3}?"
_WILL = (r"(?:(?:really |just |so |do |only )*(?:want|wanted|like|love) to|wanna|going to|gonna|gunna|will|about to|plan(?:ning)? "
r"(?:to|on)|"
         r"ready to|feel like|felt like|thinking (?:of|about)|thought (?:of|about)|fantasi[sz]\w+ (?:about|of)|dream\w* (?:of|about)|"
         r"tempted to|decided to|itching to|intend to|need to|(?<=\bill)|(?<=\bid))")
_HURT = (r"(?:hurt|hurting|hit|hitting|punch|punching|smack|smacking|slap|slapping|beat|beating|batter|battering|stab|stabbing|strangle|"
         r"strangling|choke|choking|kill|killing|murder|murdering|poison|poisoning|shoot|shooting|attack|attacking|harm|harming|"
         r"destroy|destroying|cut|cutting|run over|push)")
_CLOSE = (r"(?:he|she|they|my (?:\w+ )?(?:dad|mum|mom|father|mother|husband|wife|boyfriend|girlfriend|partner|ex|brother|stepdad|"
          r"stepfather|bf|gf|son|fiance))")
_USE = (r"(?:(?:start )?drink(?:ing)? again|get (?:drunk|wasted|hammered|plastered|smashed|blind drunk|high|stoned|off my (?:face|head))|"
        r"use again|relapse|gamble again|bet (?:again|it all|the rent|everything)|drink (?:myself|till|until|it away|it all|the whole)|"
        r"drown (?:my|it)|finish the (?:bottle|wine|vodka)|score (?:some|again|tonight)|have (?:just )?(?:one|a) (?:drink|glass|beer|"
        r"pint) "
        r"again|smoke (?:weed )?again)")
_GOING = (r"(?:going to|gonna|gunna|about to|ill|i will|want to|wanna|tempted to|might|planning to|decided to|think ill|off to|id "
r"like to)")
_OFF = (r"(?:sober|clean|dry|stopped (?:drinking|using|gambling)|quit (?:drinking|gambling)|gave up (?:drinking|the drink|alcohol)|"
r"without "
        r"(?:a drink|drinking|alcohol|a bet|using)|off the (?:drink|booze))")
_ONE = (r"(?:(?:just|only|have|had|one|earned|deserve|ive) (?:one|a|little|more|last|single|small) (?:\w+ )?(?:drink|glass|beer|pint|"
r"wine|whisky|whiskey|"
        r"vodka|gin|line|hit|bet|smoke|shot)\b|one (?:wont|cant|wouldnt|is fine|more|little one|glass|drink|beer)\b|(?:buy(?:ing)?|"
        r"bought) (?:a |some |me )?"
        r"(?:bottle|wine|beer|vodka|whisky|booze)\b|moderate\w*\b.{0,20}\bdrink|(?:want|need|going|gonna|about) (?:to )?(?:a "
        r")?(?:drink|use|gamble|bet)\b)")
_FINE = (r"(?:is it|its|it is|thats|that is|thatd be|would it be|surely|tell me|say|agree|right|cant|wont|should i|can i|could i|may i|"
         r"ok(?:ay)? (?:if|to)|fine (?:if|to)|deserve|earned|alright (?:if|to)|what if i)")
_HIS = r"(?:his|her|their|my \w+s)"

PATTERNS: tuple[tuple[str, str], ...] = tuple((kind, pattern) for kind, patterns in (
    ("secrecy", (
        r"\bkeep (?:quiet|schtum|mum|silent) about\b|\b(?:want|need) (?:you|u) to (?:swear|promise)$|^(?:so |and |but |ok )*(?:do |"
        r"will |can )?(?:you|u) promise(?: me)?(?: \?)?$",
        r"\b(?:you|u) (?:ever |really |actually )?(?:tell|told|show) (?:anyone|anybody|someone|somebody)\b|\b(?:this|chat|messages?|"
        r"what i (?:write|type|say)) (?:\w+ )?"
        r"(?:get|gets|be|being|go|goes) (?:sent|shared|passed|reported|forwarded|shown)\b",
        r"\b(?:no ?one|nobody|anyone|anybody|somebody|someone) (?:will |would |else |can |ever |gonna |going to )*(?:knows?|finds?|"
        r"sees?|hears?|reads?)(?: \w+){0,2}? "
        r"(?:right|what i (?:write|say|tell|type)\w*)\b",
        r"\bpromise (?:me )?(?:first|it|that)\b|^(?:so |and |but |then |now |first )*promise\b(?! (?:i|is|was|to|yourself))|"
        r"\b(?:say|tell me) (?:that )?(?:you|u) (?:promise|wont|will not|will never|wouldnt)\b|"
        r"\b(?:it|that|me|ok|okay|then|person|please|pls|now) promise$|\b(?:give|gimme) (?:me )?(?:your|ur) word\b",
        r"\b(?:promise|swear)\b.{0,20}\b(?:never|not|wont|no ?one|nobody)\b.{0,20}\b(?:soul|reach\w*|leaves?|gets? out|anyone|anybody|"
        r"else|outside)\b|^off the record\b|"
        r"(?:^|\b(?:please|pls|plz|promise|swear|ok|okay|remember|you) )(?:not|never) (?:a|one) word (?:of|about|to) (?:this|it|that|"
        r"any of|what i|anyone|anybody|a soul|my|the)\b(?!.{0,20}\bfrom\b)|"
        r"(?<!said )(?<!spoke )(?<!wrote )\b(?:not|never) (?:a|one) word to (?:anyone|anybody|a soul)(?: else)?(?: (?:please|pls|ok|"
        r"okay|right|promise|yes))?(?: \?)?$|"
        r"\b(?:talk|speak|stay|keep|go|be|this is|thats|its|only|strictly) (?:\w+ ){0,2}?off the record\b",
        r"\b(?:wipe|delete|erase) (?:it|this|that|everything|the chat|all of it)\b.{0,30}\b(?:after\w*|promise|swear|say nothing|"
        r"please|pls|ok)\b",
        r"\bdo (?:you|u) (?:have to|need to|ever|must) (?:report|tell|pass|share)\b|\bdont (?:you |u )(?:dare |ever )?(?:tell|say)\b|"
        r"(?:^(?:and |but |so )?|\b(?:you|u|please|pls|promise|swear|ok|okay|must|better|just) )(?:dont |never |not "
        r"|and )?(?:ever )?say (?:a word"
        r"|nothing|anything) to "
        r"(?:anyone|anybody|my (?!face\b)\w+)\b",
        r"\b(?:promise|swear|vow|guarantee|assure|(?:your|ur) word)\b(?: \w+){0,5}? (?:not|never|wont|dont|no one|noone|nobody|didnt|"
        r"cant)"
        r"(?: \w+){0,3}? (?:tell|say|share|repeat|report|pass|mention|know|knows|find|finds|hear|hears|see|sees|read|reads|rat|grass|"
        r"snitch)\b",
        r"\b(?:can|could|will|would|please|pls|plz|must|u|you|gotta|lets) (?:(?:you|u|we|please|just|really|pls) )*keep (?:\w+ ){0,3}?"
        r"(?:secrets?|between us|between (?:you|u) and me|to (?:yourself|urself)|private|confidential|schtum|off the record)\b",
        r"\b(?:this|it|that|everything|what i \w+)(?: \w+){0,2} (?:stays?|remains?)(?: \w+){0,2}? (?:between|secret|a secret|in here|"
        r"private"
        r"|confidential)\b",
        r"\b(?:just|only|strictly|stays?|keep (?:it|this|that)|this is|thats) between (?:us|you and me|u and me|me and (?:you|u)|you "
        r"and i)\b",
        r"(?:^|\b(?:please|pls|plz|ok|okay|you|u|promise|swear|youll|must|better) )(?:dont|do not|wont|will not|cant|cannot|mustnt|"
        r"must not|"
        rf"better not|never) (?:you |u |ever |please |pls |go |going )*(?:tell|show|report|mention|telling|repeat|let)(?: \w+){{0,3}}? "
        rf"{_ANYONE}\b",
        rf"\b{_YOU}(?: \w+){{0,3}}? (?:tell|telling|report|reporting|share|sharing|send|rat|grass|snitch|inform)(?: \w+){{0,4}}? "
        rf"(?:{_ANYONE}|on me|me to)\b",
        r"\b(?:tell|telling|to|know|knows|find out|finds out|report)(?: \w+){0,2}? (?:secret|promise) ?$|"
        r"\b(?:promise|swear|guarantee|assure|need|want|expect|count on|rely on|ask\w*) (?:\w+ ){0,4}?secrecy\b|\bour "
        r"(?:little )?secret\b",
        r"\bswear (?:to|on)\b.{0,30}\b(?:secret|tell|quiet)\b|\bpinky (?:promise|swear)\b.{0,30}\b(?:tell|secret)\b",
        r"\b(?:is|are|will|does|stay) (?:this|it|that|what i (?:say|write|tell)\w*|everything|all this|our chat|we)(?: \w+){0,4}? "
        r"(?:secret|confidential|between us|get back to|go to my|reach my|off the record)\b",
        r"\b(?:no ?one|nobody) (?:can|must|should|may) (?:ever )?(?:know|find out|hear|see)\b(?: \w+){0,4}? (?:ok|okay|promise|right|"
        r"please)\b",
        rf"\b(?:promise|swear)\b.{{0,40}}\b(?:tell|telling) (?P<who>my (?:\w+ )?{_KIN})\b|\bcan (?:i|u|you) trust (?:you|u|me)\b.{{0,30}}"
        r"\b(?:tell|secret|quiet)\b|\bcan (?:you|u) keep a secret\b|\bpromise (?:me )?(?:its|it is|this is|thats|that its)? ?"
        r"(?:secret|private|confidential)\b",
    )),
    ("approval", (
        rf"^(?=.*{GRAVE}).*\b(?:tell me (?:yes|its|it is|im right|i can|that its|that im|i did)|say (?:well done|yes|its|something "
        rf"nice|im)|"
        r"be (?:happy|glad|proud) (?:for|of) me|is(?:nt)? (?:it|that) (?:ok|okay|fine|right|alright|normal)|its (?:ok|okay|fine|"
        r"alright)|approve|agree|im right|"
        r"well done|(?:and|but) i (?:love|loved) it|proud of it|deserves? it|your blessing|nothing wrong with|dont you think)\b",
    )),
    ("diagnosis", (
        rf"(?<!my ){_CONDITION} \?$",
        rf"\bcould (?:he|she|my (?:\w+ )?\w+) (?:be|have) (?:\w+ )?{_CONDITION}\b|\bname for what (?:i|ive|he|she)\b",
        rf"\b(?:i think|i guess|i feel like|says?|said|reckons?|convinced|sure|read that) (?:that )?(?:i|im|ive|this|its)(?: "
        rf"\w+){{0,3}}? {_CONDITION}\b.{{0,24}}"
        r"\b(?:what do (?:you|u) think|am i|do i|is (?:it|that)|could i|right|agree|true|do you agree)\b",
        r"\b(?:am i|could i be|might i be|do i have|have i got|could i have|might i have|is (?:this|it|that|all this)|isnt (?:this|it)|"
        r"could (?:this|it|that) be|would (?:you|u) (?:say|call) (?:i|im|it|its|this|that)|(?:does|do) (?:this|that|it|i) (?:sound|"
        r"look|seem)(?: like)?|"
        r"(?:you|u) (?:think|reckon) (?:i|im|ive|this|its|it|that|he|she|hes|shes|my \w+)|tell me (?:if|whether) (?:i|im|ive|its|this|"
        r"it)|"
        r"(?:does|do) (?:this|that|it|these) mean (?:i|im|ive)|is (?:he|she|my \w+)|(?:if|whether) (?:im|i have|i am|ive got|its|this is)"
        rf"|so (?:im|its|i have)){_ABOUT} {_CONDITION}\b",
        rf"\b(?:sounds?|looks?) like (?:\w+ ){{0,2}}?{_CONDITION}(?: \w+)? (?:right|doesnt it|dont you think|to you|no|yes)\b",
        r"\b(?:what|which) (?:disorder|illness|condition|mental illness|disease|diagnosis)\b(?: \w+){0,2} (?:i|this|it|that|me)\b",
        r"\b(?:you|u) (?:please |just |pls )?diagnose\b|\bdiagnose (?:me|this|it|him|her)\b|\bgive (?:it|me|this) (?:a name|a "
        r"diagnosis|my diagnosis)\b"
        r"|\bmy diagnosis$|\bwrong with (?:me|my (?:head|brain|mind)) (?:medically|mentally|psychologically)\b|\bwhat (?:mental|"
        r"psych\w+) \w+ (?:do|have) i\b",
    )),
    ("medicine", (
        rf"\b(?:should|can|could|must) i (?:\w+ )?(?:be on|go on|get on|use)(?: \w+){{0,3}}? {_MEDICINE}\b|"
        rf"\b{_MEDICINE}\b.{{0,25}}\bcan i (?:use|borrow|have)\b|\b\d+ ?mg\b",
        rf"\bi (?:skipped|missed|left off|didnt take|havent taken|havent been taking|dont take) (?:all )?(?:my |the )?{_MEDICINE}\b|"
        rf"\b{_MEDICINE}\b.{{0,25}}\b(?:dont|not) (?:want|going) to take\b",
        r"\b(?:stop|stopping|skip|skipping) (?:taking )?(?:my )?(?:insulin|meds)\b",
        rf"\b(?:go|going|get|getting|be|been) off (?:my |the |of my )?(?:\w+ )?{_MEDICINE}\b|\bdo i (?:really |even |still )?(?:need|"
        rf"have to take) (?:my |the |these |this )?(?:\w+ )?{_MEDICINE}\b",
        rf"\b(?:mix\w*|combin\w+)(?: \w+){{0,3}}? {_MEDICINE}\b|\b{_MEDICINE}\b.{{0,30}}\b(?:should i|can i|could i|do i) (?:take|"
        rf"have|use|try|keep) (?:it|them|one|some|that)\b",
        rf"\b(?:took|taken|take|had) (?:\w+ ){{0,3}}(?:instead of|extra|too many|double|twice)(?: \w+){{0,5}}? {_MEDICINE}\b",
        r"\b(?:should i|can i|could i|cant i|is it|isnt it|its|ok(?:ay)? (?:if|to)|safe (?:if|to)|do i|would it|what if i|what "
        r"happens if|how (?:much|many)|"
        r"will it|is that|tell me|thinking (?:of|about)|want to|wanna|gonna|going to|tempted to|might|decided to|ill just|planning to|"
        r"any harm|bad idea|alright to|fine to|i just|i think ill|better off|need to|whats the|which|are you able)\b.{0,40}?"
        r"\b(?:stop|stopping|quit|quitting|come off|coming off|skip\w*|drop\w*|ditch\w*|wean\w*|taper\w*|halv\w+|half|cut (?:down|out|"
        r"my)|"
        r"reduc\w+|lower\w*|doubl\w+|up my|upping|increas\w+|take|taking|took|mix\w*|combin\w+|with (?:alcohol|wine|beer|vodka|a "
        r"drink)|on top of|"
        r"instead of|start\w*|try|trying|swap\w*|switch\w*|share|give|use|cold turkey|flush|bin|chuck|come of|stop takin|without|"
        r"drink\w*|off)\b"
        rf".{{0,40}}?\b(?:(?P<what>sertraline|prozac|fluoxetine|citalopram|xanax|valium|lithium|melatonin|lexapro|zoloft|mirtazapine|"
        rf"propranolol|ritalin|adderall|codeine)|{_MEDICINE})\b",
        rf"\b{_MEDICINE}\b.{{0,60}}?\b(?:should i|can i|could i|is it|ok(?:ay)? (?:if|to)|safe (?:if|to)|do i|what if i|want to|gonna|"
        rf"going to|tempted to|"
        r"tell me|thinking of|ill|just|alright to|fine to|whats|is that)\b.{0,30}?\b(?:stop|quit|come off|skip|drop|ditch|halve|"
        r"reduce|lower|double|"
        r"doubling|increase|mix|mixing|combine|take (?:two|three|four|more|extra|another|double|\d)|two|drink|drinking|wine|beer|"
        r"alcohol|instead|"
        r"start|bin|flush|cold turkey|together)\b",
        rf"\bi(?:ve)? (?:have )?(?:just )?(?:stopped|quit|came off|been skipping|doubled|halved|dropped|binned|flushed|upped|ditched) "
        rf"(?:taking )?"
        rf"(?:all )?(?:my |the |of my )?(?:\w+ )?{_MEDICINE}\b",
        rf"\b(?:how (?:much|many)|what (?:dose|amount)|whats the (?:right |safe |max\w* |normal )?(?:dose|"
        rf"amount))\b.{{0,30}}\b{_MEDICINE}\b",
        r"\b(?:what|which|any) (?:\w+ )?(?:meds|medication|medicine|pills|tablets|antidepressants?) (?:should|could|can|would|do|to|"
        r"helps?|is|you)\b",
        rf"\b(?:can|could|will|would) (?:you|u) (?:prescribe|recommend (?:\w+ )?{_MEDICINE}|get me|write me)\b",
        rf"\b(?:wine|beer|vodka|alcohol|drink|drinks|whisky|gin|weed) (?:\w+ )?(?:with|on|on top of|and) (?:\w+ ){{0,2}}{_MEDICINE}\b",
    )),
    ("method", (
        r"\bhow long (?:does it take|would it take|until|till)(?: \w+){0,3} (?:starve|die|bleed|freeze|drown|suffocate)\b|\bwithout "
        r"(?:getting caught|being caught)\b.{0,40}\b(?:kill|hurt|poison|ill|sick)\b",
        rf"\b(?:how (?:many|much)|what (?:amount|number|dose))(?: \w+){{0,3}}? {_MEDICINE}\b.{{0,50}}\b(?:too (?:many|much)|kill|die|"
        rf"lethal|fatal|"
        r"wake|dangerous|overdose|od|pass out|knock|heart|sure|dead)\b",
        r"\bwhat (?:happens|would happen|does it do) if (?:you|i|u|someone|somebody) (?:took|take|swallow|swallowed|drank|drink)\b.{0,30}"
        r"\b(?:whole|all|lot|bleach|box|packet|pack|bottle|twenty|thirty|forty|\d\d|antifreeze|handful)\b",
        r"\b(?:how (?:do|can|could|would|to)|(?:best|easiest|quickest|surest|good) way)(?: \w+){0,3}? "
        r"(?:kill|poison|drug|spike|strangle|suffocate|stab|get away with|untraceable)\b",
        rf"\b(?:put|slip|slipping|mix|drop|crush|crushing|sneak)\b.{{0,30}}\b(?:in|into) {_HIS} (?:food|drink|tea|coffee|dinner|wine|"
        rf"beer|soup)\b",
        r"\b(?:make|get) (?:him|her|them|someone) (?:really |properly )?(?:ill|sick)\b|\bwithout leaving (?:a )?(?:marks?|bruises?|"
        r"trace)\b"
        r"|\blethal dose\b|\bwhere (?:can|do) i (?:get|buy) (?:a )?(?:gun|poison|cyanide)\b",
    )),
    ("self", (
        r"\bsleep for ?ever\b|\b(?:notice|care|miss me) if i (?:was|were|am) (?:gone|dead|not here)\b|\bif i (?:was|were) gone\b",
        r"\b(?:cut|cutting|burn|burning|burned|slice|slicing|scratch\w*) (?:up )?my (?:arms?|wrists?|legs?|thighs?|skin|hands?)\b|"
        r"\b(?:didnt|dont|never|not) wake up (?:tomorrow|again|any ?more)?$",
        r"\b(?:cut|cutting|cuts|hurt|hurting|burn|burning|burned|harm|harming|hitting|punish|punishing|scratch|scratching) myself\b"
        r"|\bself ?harm\w*",
        r"\b(?:dont|do not|doesnt|couldnt|wouldnt)(?: \w+){0,2}? (?:care|matter|mind)(?: \w+){0,2}? (?:if|whether) i (?:live|die|wake|"
        r"survive|crash|make it)\b"
        r"|\bcare (?:what happens to me|if i (?:wake|live|die))\b",
        r"\b(?:drive|walk|step|run|steer|swerve|jump|crash)(?: \w+){0,3}? (?:into|off|in front of|under) (?:a |the |that )?"
        r"(?:tree|wall|bridge|traffic|lorry|truck|train|bus|oncoming|roof|balcony)\b",
        r"\b(?:everyone|everybody|they|family|kids|children)(?: \w+){0,3} better off without me\b|\b(?:dont|do not) want to (?:be "
        r"here|wake up|exist|"
        r"be alive|live)(?: any ?more)?\b(?! (?:with|in|at|on))|\bend it all\b|\bend my life\b|\bkill myself\b",
    )),
    ("violence", (
        r"\b(?:give|giving) (?P<who>him|her|them|my \w+) (?:a black eye|a (?:good )?(?:beating|kicking|hiding|slap))|\bbreak (?:his|"
        r"her|their) (?:legs?|arms?|nose|neck|jaw|face)\b|\bhit(?:ting)? back\b",
        r"\b(?:throwing|shaking|dropping|hitting|hurting) (?:my|the) (?:baby|kid|child|son|daughter|toddler)\b|\bget whats coming\b",
        rf"\bi could (?:really |just |honestly )?(?:strangle|stab|hit|punch|slap|choke|poison|murder) (?P<who>him|her|them|my (?:\w+ "
        rf")?{_KIN})\b.{{0,24}}"
        r"\b(?:mean it|serious\w*|swear|not joking|right now)\b",
        rf"\bgoing to snap\b|\b{_GOING} (?:\w+ ){{0,3}}(?:stab|shoot|murder|strangle|poison) (?:\w+ ){{0,2}}?(?:someone|somebody|"
        rf"everyone|people|him|her|them)\b",
        r"\b(?:he|she|they) should (?:die|be dead|be shot|be stabbed)\b|\b(?:see|watch|make) (?P<who>him|her|them) (?:bleed|die|burn|"
        r"beg)\b|\bbought a (?:knife|gun|bat)\b",
        rf"\b(?:i|im|ill|id|ive)\b(?: \w+){{0,4}}? ?{_WILL} (?:\w+ )?{_HURT} (?:(?:the (?:shit|hell|crap|life) out of|up) )?{_WHO}\b",
        rf"\b(?:i|im|ill|id)\b(?: \w+){{0,3}}? {_WILL} (?:\w+ )?(?:{_HURT}|smash|break|bash) (?:his|her|their|my \w+s) (?:face|head|"
        rf"skull|teeth|"
        r"nose|neck|arms?|legs?|brains?|jaw|throat)\b",
        r"\b(?:i|ill|im)\b.{0,20}\b(?:bring|bringing|take|taking|carry|carrying|got|buy|bought|have) (?:a |the |my )(?:\w+ )?(?:knife|"
        r"gun|bat|hammer|blade)\b",
        r"\b(?:he|she|they|people|that \w+) (?:deserves?|needs?|has|have) to (?:die|bleed|be (?:hurt|beaten|killed|dead))\b|\bwant "
        r"(?P<who>him|her|them) dead\b"
        r"|\b(?:shake|shaken|shook|smother\w*|throw) (?:the|my) (?:baby|kid|son|daughter|toddler)\b|\bkick the (?:dog|cat)\b",
        r"\bset (?:\w+ )?(?:fire|alight|light)\b.{0,12}\b(?:his|her|their|him|the (?:house|school|office))\b|\bburn (?:down )?(?:his|"
        r"her|their|the) "
        r"(?:\w+ )?(?:house|flat|place|school|office|car)(?: down)?\b",
    )),
    ("revenge", (
        r"\b(?:get|getting|plan to get|pay) (?P<who>him|her|them) back\b(?! (?:together|home|to me|in|on|from|into|safe))|\b(?:see|"
        r"make) (?P<whom>him|her|them) (?:cry|suffer|squirm|hurt)\b",
        r"\b(?:spread|spreading|start|starting) (?:a |some |the )?(?:rumou?rs?|lies|gossip)\b.{0,12}\babout\b|\bso (?:he|she|they) "
        r"(?:loses?|gets? (?:fired|sacked|hurt))\b",
        r"\bwhat (?:can|could|should|would|do) (?:i|we) (?:spread|post|put (?:out|up|online))\b.{0,30}\b(?:about|on) (?P<who>him|her|"
        r"them|my (?:ex|boss|manager))\b|\bnever show (?:his|her|their) face\b|\bfinish (?:him|her|them) (?:off|at|for good)\b",
        r"\bwant (?P<who>him|her|them) to (?:suffer|hurt|bleed|be sorry|feel (?:it|what|the same))\b|\b(?:he|she|they) will (?:pay|"
        r"regret|be sorry|suffer)\b|\bruin (?:my|the) (?:\w+ )?"
        r"(?:boss|ex|manager|husband|wife|teacher|colleague)\b|\bkey(?:ing)? (?:his|her|their) car\b",
        r"\b(?:post|posting|leak|leaking|upload|uploading|spread) (?:\w+ )?(?:his|her|their) (?:\w+ )?(?:pics?|photos?|pictures?|"
        r"videos?|messages|texts|address)\b",
        r"\b(?:revenge|vengeance|payback)\b|\b(?:get|getting|have|having|take|taking|want|wanting) my own back\b|"
        r"\bget(?:ting)? even with\b",
        r"\bmake (?P<who>him|her|them|that \w+|my \w+)(?: (?:all|really|both|properly))? (?:pay|suffer|regret|bleed|beg|sorry|hurt|"
        r"feel (?:it|what))\b",
        r"\bruin (?:his|her|their) (?:life|career|reputation|marriage|name|wedding|business)\b|\bdestroy (?:his|her|their) (?:life|"
        r"career|reputation)\b",
        r"\b(?:post|posting|leak|leaking|send|sending|share|sharing|upload|uploading|put|putting)(?: \w+){0,3}? (?:nudes?|naked|"
        r"intimate|private|sex) ?"
        r"(?:photos?|pics?|pictures?|videos?|tapes?)?\b",
        r"\b(?:slash|slashing|key|keying|torch|torching|smash|smashing|trash|trashing|scratch|wreck|wrecking)(?: \w+)? (?:his|her|"
        r"their|the bastards) "
        r"(?:\w+ )?(?:tyres?|tires?|car|house|windows?|flat|stuff|things|phone|garden|bike)\b",
        r"\bteach (?P<who>him|her|them) a lesson\b|\bget(?:ting)? back at (?P<whom>him|her|them|my \w+)\b|\ba taste of (?:his|her|"
        r"their) own\b",
        r"\b(?:he|she|they) (?:deserves?|needs?|has|have) to (?:suffer|pay for|hurt|feel what)\b|\b(?:hell|shell|theyll|gonna|going "
        r"to) (?:regret|pay for) (?:it|this|what)\b"
        r"|\b(?:following|followed|follow|stalk\w*) (?:him|her) (?:home|to|around)\b|\btracker (?:on|in|under)\b",
    )),
    ("danger", (
        rf"\b{_CLOSE}(?: \w+){{0,2}}? (?:grabs?|grabbed|threw|throws|pulls?|pulled)(?: \w+){{0,4}}? (?:me|my) ?(?:by|at|against|"
        rf"across|throat|neck|hair|arm|wrist|down)\b|\b(?:plate|bottle|chair|glass|phone) at me\b",
        r"\bhid(?:e|ing) (?:\w+ ){0,3}from (?:him|my (?:\w+ )?(?:husband|wife|dad|boyfriend|girlfriend|partner|stepdad|ex))\b",
        rf"\b{_CLOSE}(?: \w+){{0,3}}? (?:hits?|beats?|choked|chokes|strangled|slapped|slaps|punched|punches|raped|pinned|kicks|"
        rf"dragged) me\b",
        rf"\b{_CLOSE}(?: \w+){{0,3}}? (?:says?|said|told me|threatens?|threatened|swore|swears)(?: \w+){{0,4}}? (?:kill|hurt|burn) "
        rf"(?:me|us|the kids|himself)\b",
        r"\b(?:scared|afraid|frightened|terrified)(?: \w+){0,3}? (?:hell|he will|shell|she will|he might|hes going to|hes gonna) "
        r"(?:hit|hurt|kill|beat)\b"
        r"|\b(?:scared|afraid|frightened|terrified) (?:of (?:my (?:husband|wife|boyfriend|girlfriend|dad|partner|stepdad)|him)|to go "
        r"home)\b",
        rf"\b{_CLOSE}(?: \w+){{0,2}}? (?:has|had|held|pulled|got|put)(?: \w+){{0,3}}? (?:gun|knife)\b|\b(?:hands?|fingers) (?:round|"
        rf"around|on) my (?:throat|neck)\b"
        r"|\b(?:he|she) (?:locks?|locked|wont let) me (?:in|out)\b",
    )),
    ("hunger", (
        r"\b(?:bring|bringing|sick|sicking|chuck|chucking|throw|throwing) (?:it |back )?up (?:again )?"
        r"(?:most of |all of |half of |nearly )?(?:what|whatever|everything|anything|all) i (?:eat|ate|have eaten)\b",
        r"\b(?:only |just |nothing but )?(?:water|black coffee|diet coke)(?: and (?:\w+ )?(?:water|coffee|tea|gum))? "
        r"for (?:\w+ ){1,3}(?:days|weeks)\b",
        r"\bnot to eat\b|\bnot (?:going to|gonna) eat\b|\b\d{2,3} (?:calories|cals|kcal)\b|\bliving off (?:coffee|water|diet coke|air|"
        r"gum)\b",
        r"\bday (?:\w+ )(?:of |with )?(?:no|not|without)(?: \w+)? (?:food|eating|meals?)\b|\b(?:dont|do not) eat (?:any ?more|at all|"
        r"anything)\b|\b(?:days|weeks) (?:of )?fasting\b",
        r"\b(?:lived|living|live|been) on (?:only |just |nothing but )?(?:water|black coffee|diet coke|air)\b|\b(?:didnt|dont|havent) "
        r"(?:eat|ate|eaten) (?:anything|a thing|at all)(?: \w+){0,2} (?:days|week|since)\b",
        rf"\b(?:havent|have not|havnt|haven t|not|without|didnt|aint|no)(?: \w+){{0,2}}? (?:eaten|eat|ate|eating|food|meals?|a bite|bite)"
        rf"(?: \w+){{0,3}}? (?:{_DAYS}|all week|since (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|last week|the "
        rf"weekend))\b",
        rf"\b{_DAYS} (?:\w+ )?(?:now )?(?:without|of no|of not|no) (?:any |a )?(?:food|eating|meal|proper food)\b",
        r"\b(?:starv(?:e|ing) myself|stop(?:ped|ping)? eating|giv(?:e|ing) up (?:eating|food)|not eating (?:anything|at all|until|"
        r"till|for|again)|"
        r"skip(?:ping|ped)? (?:all (?:my )?|every |most )?meals|throw(?:ing)? up (?:after|what i|my food|everything i|my (?:dinner|"
        r"lunch))|"
        r"mak(?:e|ing) myself (?:sick|throw up|vomit|puke)|purg(?:e|ing|ed)|laxatives|water fast|thinspo|pro ?ana|"
        r"(?:live|living|survive|surviving) on (?:water|coffee|air|diet coke)|(?:dont|do not) (?:need|deserve) (?:to eat|food))\b",
        r"\b(?:only|just|under|about|less than|maximum|max)(?: \w+){0,2}? (?P<what>\d{2,3}) ?(?:calories|cals|kcal)\b|\b\d{2,3} "
        r"?(?:calories|cals|kcal) (?:a|per|each) day\b",
        rf"\b(?:fast(?:ing)?|not eat\w*) (?:for )?(?:another )?{_DAYS}\b",
    )),
    ("drinking", (
        rf"\b{_FINE}\b.{{0,40}}?\b{_USE}\b",
        rf"\b{_GOING}(?: \w+){{0,3}}? {_USE}\b",
    )),
    ("relapse", (
        r"\b(?:drinks?|beers?|glass(?:es)?|pints?|bets?|joint)\b.{0,50}\b(?:weeks|months|years|days) (?:off|without|away from) "
        r"(?:it|the)\b|\boff the wagon\b",
        r"\b(?:went|going|gone|go) back to the (?:casino|bookies|slots|pub|bottle|dealer)\b|\bme (?:drinking|using|gambling|smoking) "
        r"again\b",
        r"\bback to (?:drinking|using|gambling|the bottle|the drink)\b|\bdeserve a (?:drink|glass|beer)\b",
        rf"\b(?:{_FINE}\b.{{0,40}}?|{_GOING}(?: \w+){{0,3}}?) {_USE}\b",
        rf"\b{_OFF}(?: \w+){{0,3}}? {_DAYS}\b.{{0,80}}\b{_ONE}",
        rf"\b{_DAYS} (?:\w+ )?{_OFF}\b.{{0,80}}\b{_ONE}",
        rf"\b{_ONE}",
    )),
    ("driving", (
        r"\b(?:drank|drunk|drinking|drinks|pints|bottles?|beers|wine|wasted)\b.{0,40}\b(?:in the car|behind the wheel|take the car|"
        r"car keys)\b",
        r"\b(?:had|after|drunk|drank|on)(?: \w+){0,4}? (?:drinks|pints?|beers?|glasses|wine|bottle|shots?|joint|drinking)\b.{0,50}"
        r"\b(?:drive|driving|drives)\b",
        r"\b(?:drive|driving)(?: \w+){0,4}? (?:drunk|tipsy|stoned|after (?:\w+ ){0,3}(?:drinks?|pints?|beers?|glasses|wine)|over the "
        r"limit)\b",
    )),
    ("returning", (
        r"\b(?:go|going|move|moving) home to (?P<who>him|her)\b|\bstay(?:ing)? (?:with|for) (?P<whose>him|her)\b",
        rf"\b(?:go|going|went|move|moving|get|getting|gone|run|running)(?: \w+){{0,2}}? back (?:\w+ )?(?:to|with|in with) (?P<who>him|"
        rf"her|them|my (?:\w+ )?{_KIN})\b",
        r"\b(?:take|taking|took|let|letting|have) (?P<who>him|her) back\b|\b(?:give|giving) (?P<whom>him|her|it) (?:another|one more|"
        r"a second|a last)\b"
        r"|\b(?:stay|staying|back together) with (?P<whose>him|her)\b|\bmov(?:e|ing) back home\b|\b(?:go|going) back home\b|\bback "
        r"together\b",
    )),
    ("children", (
        rf"\bgiv(?:e|ing) (?P<kids>(?:my|our) {_KIDS}) (?:up|away)\b",
        rf"\b(?:leaving|abandoning|walking out on) (?P<kids>(?:my|the|our) {_KIDS}) (?:and|to) (?:start|never|go|move|live|be)\w*\b|"
        rf"\bcut (?P<own>(?:my|our) (?:\w+ )?{_KIDS}) out\b",
        rf"\b(?:cut|cutting) (?:off |out )?(?:all )?(?:contact (?:with|to) |ties (?:with|to) )?(?P<kids>(?:my|the|our|both my) (?:\w+ "
        rf")?{_KIDS})(?: \w+){{0,3}}? "
        r"(?:off|out|loose)\b",
        rf"\b(?:cut|cutting) (?:off|out|(?:all )?(?:contact|ties) (?:with|to)) (?:from )?(?P<kids>(?:my|the|our|both my) (?:\w+ "
        rf")?{_KIDS})\b",
        rf"\b(?:walk|walking|run|running) (?:out on|away from|out of the house on) (?P<kids>(?:my|the|our) (?:\w+ )?{_KIDS})\b"
        rf"|\b(?:disown|disowning|abandon|abandoning|give up on|write off|writing off|be done with|done with|leave|leaving) "
        rf"(?P<own>(?:my|the|our) (?:\w+ )?{_KIDS})"
        rf"(?: (?:behind|for good|and (?:never|not|go|run)|forever))?$",
        rf"\b(?:never|not|stop|dont want to)(?: \w+){{0,2}}? (?:see|seeing|speak|speaking|talk|talking)(?: to| with)? (?P<kids>(?:my|"
        rf"the|our) (?:own )?(?:\w+ )?{_KIDS}) "
        r"(?:again|any ?more|ever)\b",
    )),
) for pattern in patterns)
