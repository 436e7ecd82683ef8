namespace MetaStore.Batching.Policies;

/// <summary>A pure function from observed load to size and timeout. No clock, no state, no locks.</summary>
internal interface IBatchPolicy
{
    /// <summary>The initial state.</summary>
    PolicyState Start(TimeSpan now);

    /// <summary>The state after one more sample.</summary>
    PolicyState Next(in PolicyState state, in LoadSample sample);
}
