//! English.

use super::lexicon::Class::*;
use super::lexicon::Words;

#[rustfmt::skip]
pub(super) const WORDS: Words = &[
    (Noise, "nah, nope, changed my mind, i changed my mind, please, but, not interested, no longer interested, im not interested, i m not interested, sent from my, iphone, android, samsung, galaxy, smartphone, wrong number, pls, plz, plss, pleas, plese, pleaze, thanks, thank you, thank u, thankyou, thx, thnx, thanx, tks, tnx, ty, tysm, thanks so much, thank you so much, thank you very much, many thanks, cheers, \
        hi, hello, hey, hi there, hello there, good morning, good afternoon, good evening, sir, madam, mam, maam, dear, guys, folks, team, yes, yeah, yep, now, right now, just, already, immediately, asap, \
        at once, right away, fuck, fucking, f ing, wtf, omg, damn, damnit, hell, the hell, the fuck, jesus, shit, fffs, ffs, for god s sake, goddamn, sorry, kindly, reply, replying, replied, respond, \
        i said, i already said, said, say, saying, word, the word, option, regards, best regards, kind regards, best, ok thanks, no thanks, no thank you, bye, goodbye, very much, forever, permanently, for good, \
        from now on, going forward, effective immediately, dude, bro hello, anyway, really, have a nice day, have a good day, god bless, much appreciated, appreciate it, i appreciate it"),
    (Fill, "or, w, the, an, my, our, your, ur, yours, these, those, of, from, off, off of, out of, to, for,  so many, too many, such, all, all of, all these, all of these, all of your, all the, every, each, some, kind of, type of, kinds of, sort of, types of, \
        this kind of, these kinds of, this type of, these types of, i, im, i m, am, ive, i ve, and, be, being, be on, be in, be part of, being on, keep, keep on, continue, go on, with, about, via, through, over, how, how do i, how do you, \
        how can i, how to, do i, way to, a way to, ad, business, company, shop, store, clinic, silly, stupid, annoying, unsolicited, unwanted, daily, constant, marketing s, promotional, promo s, guess, us, here on whatsapp"),
    (You, "you, u, you all, you guys, yall, y all, you people"),
    (Me, "myself"),
    (More, "more, any more, anymore, any longer, again, ever again, ever, any further, further, another, even one more, longer, any other"),
    (Nothing, "anything, anything else, nothing, stuff, things, any, any of this, any of that, any of it, content, crap, junk, bs, bullshit, garbage"),
    (Want, "wants, wants to, asked, asked you to, want, want to, wanna, i want you to, want you to, wish, wish to, would like, would like to, would like you to, d like, d like to, d like you to, need, need to, need you to, can, can i, could, could i, would, can you, could you, would you, will you, \
        prefer, prefer to, rather, rather not be, interested in, interested, ask, asking, ask you to, demand, request, request to, asking you to, trying to, care to, like to, like you to, love to, i choose to, decided to, decide to, be able to, agree to, consent to"),
    (No, "i m not interested in, im not interested in, dont, not interested in, no longer interested in, don t, do not, don, dnt, donot, not, never, please don t ever, wont, won t, doesnt, doesn t, didnt, didn t, no longer, id rather not, do n t,  shouldn t, should not"),
    (Nobody, "no one, noone, nobody"),
    (Mistake, "by mistake, by accident, accidentally, mistakenly, mistake"),
    (Cant, "cant, can t, cannot, can not, couldnt, couldn t, unable to, i am unable to, not able to, don t know how to, dont know how to"),
    (Enough, "no more, enough, enough of, enough with, no more of, no further, had enough of, no additional, spare me, spare us"),
    (Strong, "right to be forgotten, off the list, off this list, off your list, unsubscribe, unsubscribing, unsubscribe me, unsub, opt out, optout, opt me out, opting out, opt us out, stop all, stopall, stop promotions, stop promotion, stop marketing, cancel subscription, \
        unenroll, unenroll me, unlist, unlist me, unregister, unregister me, unjoin, opt out of, unsubscribe from, unfollow, do not contact list, dnc, withdraw my consent, withdraw consent, revoke consent, revoke my consent"),
    (Gone, "unsubscribed, opted out, unsubbed"),
    (Stop, "knock it off, knock it off with, cut it out, cut it out with, lay off, refrain from, avoid, stop, stop it, stopping, cease, cease and desist, halt, discontinue, knock off, stop with"),
    (Leave, "want off, want off of, want out, want out of, leave this, leave the, exit, get out of, get off, get off of, get off this, get out of this, leave your, leave, get off your, get off the"),
    (Remove, "rmv, take off, removed, get removed from, taken off, removal, delete all, erase, scrub, remove from, get rid of"),
    (RemoveMe, "pull me from, pull me, kick me off, be removed, be removed from, to be removed, to be removed from, be deleted, be taken off, take my number off, take my number out, take my name off, take this number off, take me off, take me off of, take me out, take me out of, get me off, get me off of, get me out, get me out of, drop me from, drop me, remove me, delete me, erase me, block me, scratch me off, cross me off, remove us, take us off, pull me off, strike me from"),
    (Cancel, "cancel, canceling, cancelling, cancellation, end, ending, quit, terminate, terminating, revoke, disable, deactivate, turn off, mute, shut off, suspend, switch off, block"),
    (Send, "send, sending, sendin, write, writing, bother, bothering, bug, bugging, harass, harassing, annoy, annoying me, annoying us, notify, notifying, reach out, reaching out, blast, blasting, pester, pestering, blow up, blowing up, disturb, disturbing, share"),
    (SendMe, "hear from, be contacted, be messaged, be texted, be bothered, be disturbed, be notified, be spammed, write me, bother me, send me, sending me, writing me, bothering me, bugging me, harassing me, sent to me, blowing up my phone, be emailed, hearing from, be getting, be receiving, do business with"),
    (Text, "txtn, txtin, textin, txtn me, text, texting, txt, txting, texting me, message, messaging, contact, contacting, spam, spamming, email, emailing, dm, dming, text me, message me, contact me, spam me, spamming me, messaging me, contacting me, email me, txt me, msging, msging me, text messaging"),
    (Receive, "receive, receiving, recieve, recieving, get, getting, recive, reciving"),
    (Marketing, "promo messages, promo texts, promo msgs, promotion messages, messages, messeges, mesages, massges, msges, texts, txts, text messages, text message, promotions, offers, deals, discounts, coupons, ads, advertising, advertisements, advertisement, adverts, notifications, alerts, updates, news, newsletters, subscription, subscriptions, \
        campaigns, broadcast, broadcasts, communications, communication, correspondence, promotional messages, promotional texts, marketing messages, marketing texts, marketing emails, mails, e mail, solicitations, blasts, contacts from you, announcements"),
    (List, "list, lists, mailing list, mail list, contact list, contacts list, texting list, text list, call list, email list, distribution list, marketing list, distro list, group, group chat, database, data base, mailing lists, messaging list, broadcast list, sms list, promo list, promotions list, your contacts, your records"),
    (Own, "consent, my consent, information, my information, number, phone number, phone, my info, info, data, details, name, my name, personal data, personal information, contact info, cell"),
    (Offer, "promotion, offer, campaign, discount, coupon, deal, advert"),
    (Note, "text msg"),
    (Vague, "conversation, thread, service, services, account, reminder, reminders, call, calls, calling, calling me, call me, phone calls, membership"),
    (This, "this, that, it, everything, all of this, all of it, all this, all that, this crap, this shit, this bullshit, this bs, this nonsense, this garbage, this spam, the spam, that shit"),
    (Here, "here, there, from here, this thing"),
    (Limit, "before, after, until, till, while, today, tomorrow, tonight, at night, yet, weekend, weekends, on weekends, on sundays, sunday, sundays, early, so early, so late, too late, late at night, late, during, this week, this month, automated, automatic, voice, at work, for now, when i, on sunday, in the morning"),
    (Doubt, "when, if i, if we, if someone, what if, what happens, any time, anytime, at any time, whenever, in case i"),
    (Why, "why, why dont, why don t, how come"),
    (Annoyed, "turn these off, turn this off, turn them off, i m tired of your, leave me alone, leave us alone, leave me the fuck alone, leave me the hell alone, go away, piss off, fuck off, back off, get lost, lose my number, i will block you, i ll block you, i ll report you, ill report you, ill block you, blocking you, reporting you, i will report you, i m blocking you, \
        i am blocking you, tired of getting, sick of getting, tired of these, sick of these, tired of receiving, sick of receiving, tired of your, sick of your, fed up with, too many messages, too many texts, do not disturb, count me out, buzz off, nobody wants"),
    (Put, "put me on, add me to, put me back on, put me back, put me back in, add me back, add me back to, add me back on, add me again to, join"),
    (Subscribe, "subscribe, subscribe me, resubscribe, resubscribe me, re subscribe, opt in, optin, opt me in, opt me back in, opting in, sign me up, sign me up for, sign me back up, subscribing, subscribe to"),
    (Back, "start, unstop, resume, restart, start sending me, start sending, resume sending, start sending me the, you can start sending, keep sending me, keep sending, start texting me, start messaging me"),
    (Other, "waiting list, waitlist, wait list, price list, wish list, wishlist, shopping list, guest list, to do list, check list, checklist, grocery list, bus stop, stop by, stop in, stop at, the end, front end, weekend s, \
        ending soon, good news, get it, get my, get the, no problem, no worries, stop over, get a, have a, have an, have the, get an, get some, see you, be there, end of, dead end, week end"),
];
