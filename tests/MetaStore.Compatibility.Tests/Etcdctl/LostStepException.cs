namespace MetaStore.Compatibility.Tests.Etcdctl;

/// <summary>
/// The clusters no longer have the state that the script expects: a command did not end or print what it waits for, or the revisions differ.
/// Later steps would compare something else, or wait for events that never come.
/// </summary>
public sealed class LostStepException(string message) : Exception(message);
