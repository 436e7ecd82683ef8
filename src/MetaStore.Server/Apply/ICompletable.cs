namespace MetaStore.Server.Apply;

/// <summary>Somebody who waits for the apply loop and can be woken on a thread-pool thread.</summary>
internal interface ICompletable
{
    /// <summary>Runs the waiter's continuation on this thread.</summary>
    void Complete();
}
