/* Two coordinators and one lease, in ticks: the model of lease.ts in the language of another model checker, Spin, which must count
 * as many states. A counter of n > 0 is due in n - 1 ticks, one of 0 is not set. What is due comes before time goes on, in every
 * order. LOSSES and CRASHES are given when it is compiled.
 */
#define TTL 12
#define CLAIM 10
#define RENEW 4
#define RETRY 3
#define PATIENCE 5
#define TRIP 1
#define RESTART 6

#define CAMPAIGN 1
#define RENEWAL 2
#define YES 1
#define NO 2

bool up[2] = true;
byte timer[2] = 1;
byte claim[2];
byte patience[2];
byte request[2];
byte requestIn[2];
byte reply[2];
byte replyIn[2];
byte holder;
byte lease;
byte losses = LOSSES;
byte crashes = CRASHES;

#define due(k) (timer[k] == 1 || claim[k] == 1 || patience[k] == 1 || requestIn[k] == 1 || replyIn[k] == 1)
#define less(counter) if :: counter > 0 -> counter-- :: else fi

#define COORDINATOR(k) \
  d_step { up[k] && timer[k] == 1 -> \
    request[k] = (claim[k] > 1 -> RENEWAL : CAMPAIGN); requestIn[k] = TRIP + 1; \
    patience[k] = PATIENCE + 1; timer[k] = 0 } \
  :: d_step { !up[k] && timer[k] == 1 -> up[k] = true } \
  :: d_step { requestIn[k] == 1 -> \
    if :: holder == k + 1 || (holder == 0 && request[k] == CAMPAIGN) -> \
          holder = k + 1; lease = TTL + 1; reply[k] = YES \
       :: else -> reply[k] = NO fi; \
    request[k] = 0; requestIn[k] = 0; \
    if :: up[k] -> replyIn[k] = TRIP + 1 :: else -> reply[k] = 0 fi } \
  :: d_step { replyIn[k] == 1 -> \
    if :: reply[k] == YES -> claim[k] = CLAIM + 1 - 2 * TRIP; timer[k] = RENEW + 1 \
       :: else -> claim[k] = 0; timer[k] = RETRY + 1 fi; \
    reply[k] = 0; replyIn[k] = 0; patience[k] = 0 } \
  :: d_step { patience[k] == 1 -> patience[k] = 0; timer[k] = RETRY + 1 } \
  :: d_step { claim[k] == 1 -> claim[k] = 0 } \
  :: d_step { losses > 0 && request[k] > 0 -> losses--; request[k] = 0; requestIn[k] = 0 } \
  :: d_step { losses > 0 && reply[k] > 0 -> losses--; reply[k] = 0; replyIn[k] = 0 } \
  :: d_step { crashes > 0 && up[k] -> \
    crashes--; up[k] = false; timer[k] = RESTART + 1; claim[k] = 0; patience[k] = 0; reply[k] = 0; replyIn[k] = 0 }

active proctype world() {
  do
  :: COORDINATOR(0)
  :: COORDINATOR(1)
  :: d_step { lease == 1 -> lease = 0; holder = 0 }
  :: d_step { !due(0) && !due(1) && lease != 1 ->
    less(timer[0]); less(claim[0]); less(patience[0]); less(requestIn[0]); less(replyIn[0]);
    less(timer[1]); less(claim[1]); less(patience[1]); less(requestIn[1]); less(replyIn[1]);
    less(lease) }
  :: d_step { claim[0] > 1 && claim[1] > 1 -> assert(false) }
  od
}
