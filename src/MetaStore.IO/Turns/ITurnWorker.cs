namespace MetaStore.IO.Turns;

/// <summary>Does the work of a component, one turn at a time and one thread at a time.</summary>
public interface ITurnWorker
{
    /// <summary>True when the work that is queued may be done on the thread that brought it: it is little. Called under <see cref="TurnOwnership.Gate"/>.</summary>
    bool MayBeLent { get; }

    /// <summary>Does what is queued, on the calling thread, which owns the component meanwhile. Must not throw: a failure ends the component.</summary>
    void TakeTurn();
}
