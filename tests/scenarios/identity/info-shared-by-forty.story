policy: desk
rules:
  - name: all
    targets: {first_response: 72h}
identity: {trust: [web]}
---
# Who was seen with whom first decides, so the order matters.
order matters
# Forty people write from one address, each signed in. The first of them is taken for its owner, until it is seen that it
# has none: an address of more than ten customers is nobody's own, joins nothing, and is kept apart by thread.
at Mon 08:00 email c01,info@corp.example id=first key=k01 source=web "hello"
expect same customer c01 info@corp.example
at Mon 08:01 email c02,info@corp.example says key=k02 source=web
expect conflict contradicting_customer_id
at Mon 08:02 email c03,info@corp.example says key=k03 source=web
expect conflict contradicting_customer_id
at Mon 08:03 email c04,info@corp.example says key=k04 source=web
expect conflict contradicting_customer_id
at Mon 08:04 email c05,info@corp.example says key=k05 source=web
expect conflict contradicting_customer_id
at Mon 08:05 email c06,info@corp.example says key=k06 source=web
expect conflict contradicting_customer_id
at Mon 08:06 email c07,info@corp.example says key=k07 source=web
expect conflict contradicting_customer_id
at Mon 08:07 email c08,info@corp.example says key=k08 source=web
expect conflict contradicting_customer_id
at Mon 08:08 email c09,info@corp.example says key=k09 source=web
expect conflict contradicting_customer_id
at Mon 08:09 email c10,info@corp.example says key=k10 source=web
expect conflict contradicting_customer_id
at Mon 08:10 email c11,info@corp.example says key=k11 source=web
expect conflict
at Mon 08:11 email c12,info@corp.example says key=k12 source=web
expect conflict shared
at Mon 08:12 email c13,info@corp.example says key=k13 source=web
expect conflict shared
at Mon 08:13 email c14,info@corp.example says key=k14 source=web
expect conflict shared
at Mon 08:14 email c15,info@corp.example says key=k15 source=web
expect conflict shared
at Mon 08:15 email c16,info@corp.example says key=k16 source=web
expect conflict shared
at Mon 08:16 email c17,info@corp.example says key=k17 source=web
expect conflict shared
at Mon 08:17 email c18,info@corp.example says key=k18 source=web
expect conflict shared
at Mon 08:18 email c19,info@corp.example says key=k19 source=web
expect conflict shared
at Mon 08:19 email c20,info@corp.example says key=k20 source=web
expect conflict shared
at Mon 08:20 email c21,info@corp.example says key=k21 source=web
expect conflict shared
at Mon 08:21 email c22,info@corp.example says key=k22 source=web
expect conflict shared
at Mon 08:22 email c23,info@corp.example says key=k23 source=web
expect conflict shared
at Mon 08:23 email c24,info@corp.example says key=k24 source=web
expect conflict shared
at Mon 08:24 email c25,info@corp.example says key=k25 source=web
expect conflict shared
at Mon 08:25 email c26,info@corp.example says key=k26 source=web
expect conflict shared
at Mon 08:26 email c27,info@corp.example says key=k27 source=web
expect conflict shared
at Mon 08:27 email c28,info@corp.example says key=k28 source=web
expect conflict shared
at Mon 08:28 email c29,info@corp.example says key=k29 source=web
expect conflict shared
at Mon 08:29 email c30,info@corp.example says key=k30 source=web
expect conflict shared
at Mon 08:30 email c31,info@corp.example says key=k31 source=web
expect conflict shared
at Mon 08:31 email c32,info@corp.example says key=k32 source=web
expect conflict shared
at Mon 08:32 email c33,info@corp.example says key=k33 source=web
expect conflict shared
at Mon 08:33 email c34,info@corp.example says key=k34 source=web
expect conflict shared
at Mon 08:34 email c35,info@corp.example says key=k35 source=web
expect conflict shared
at Mon 08:35 email c36,info@corp.example says key=k36 source=web
expect conflict shared
at Mon 08:36 email c37,info@corp.example says key=k37 source=web
expect conflict shared
at Mon 08:37 email c38,info@corp.example says key=k38 source=web
expect conflict shared
at Mon 08:38 email c39,info@corp.example says key=k39 source=web
expect conflict shared
at Mon 08:39 email c40,info@corp.example says key=k40 source=web
expect conflict shared
expect different customers c01 c02 c11 c12 c40
# Who writes from there without signing in: two mails, two matters, and the answer to one is in its thread.
at Mon 09:00 email info@corp.example id=one key=m1 "Our order 1"
at Mon 09:05 email info@corp.example id=two key=m2 "Our order 2"
at Mon 09:10 email info@corp.example id=more ref=m1 key=m3 "Order 1 again"
expect different conversations first one two
expect same conversation one more
until Mon 12:00
