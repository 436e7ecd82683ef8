namespace MetaStore.Compatibility.Tests.Etcdctl;

/// <summary>
/// The clusters no longer hold what the script has asked for up to here: a command did not end or print what it waits for, or the revisions differ.
/// What follows would compare other things than it says, or wait for events that never come.
/// </summary>
public sealed class LostStepException(string message) : Exception(message);
