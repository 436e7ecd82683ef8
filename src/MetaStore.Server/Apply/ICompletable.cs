namespace MetaStore.Server.Apply;

/// <summary>A call that waits for the apply loop and can be completed on a thread-pool thread.</summary>
internal interface ICompletable
{
    /// <summary>Runs the waiter's continuation on this thread.</summary>
    void Complete();
}
