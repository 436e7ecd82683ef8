// Evaluates a sample of the cluster: leader, missing members, what to do.

/**
 * @param {any} look
 * @returns {{level: "ok"|"warn"|"bad", text: string, detail: string, leader: string, term: number, commit: number}}
 */
export function judge(look) {
  const up = look.members.filter((member) => member.up);
  const term = Math.max(0, ...up.map((member) => member.status.term));
  const leader = up.find((member) => member.status.term === term && member.status.leader)?.status.leader ?? "";
  const commit = Math.max(0, ...up.map((member) => member.status.raft_index));
  const down = look.members.filter((member) => !member.up);
  const voters = look.members.filter((member) => !member.learner);
  const quorum = Math.floor(voters.length / 2) + 1;
  const facts = { leader, term, commit };
  if (!leader) {
    const missing = voters.filter((member) => !member.up).length;
    const detail = missing > voters.length - quorum
      ? `${voters.length - missing} of ${voters.length} voting members respond and ${quorum} are needed. Writes and linearizable reads wait; start the members that are down.`
      : "An election is running. Writes and linearizable reads wait until it is complete.";
    return { level: "bad", text: "No leader", detail, ...facts };
  }
  if (look.alarms.length > 0) {
    const names = [...new Set(look.alarms.map((alarm) => alarm.alarm))].join(", ");
    const detail = look.alarms.some((alarm) => alarm.alarm === "NOSPACE")
      ? "The quota is exceeded or the disk is full: writes are rejected until the alarm is disarmed. Compact, defragment, then: metactl alarm disarm."
      : "A member's data differs from the others'. It must be replaced before it is used again.";
    return { level: "bad", text: `Alarm: ${names}`, detail, ...facts };
  }
  if (down.length > 0) {
    const names = down.map(nameOf).join(", ");
    return {
      level: "warn",
      text: `${down.length} of ${look.members.length} members down`,
      detail: `${names} ${down.length === 1 ? "does" : "do"} not respond. The cluster works with ${up.length}.`,
      ...facts,
    };
  }
  return { level: "ok", text: look.members.length === 1 ? "Healthy: 1 member" : `Healthy: ${look.members.length} members`, detail: "", ...facts };
}

/** A member's name, or its id before it has one. */
export function nameOf(member) {
  return member.name || member.id;
}
