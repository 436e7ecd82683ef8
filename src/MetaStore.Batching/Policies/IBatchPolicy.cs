namespace MetaStore.Batching.Policies;

/// <summary>A pure function from observed load to size and timeout. No clock, no state, no locks.</summary>
internal interface IBatchPolicy
{
    /// <summary>Where it starts.</summary>
    PolicyState Start(TimeSpan now);

    /// <summary>Where one more sample leads.</summary>
    PolicyState Next(in PolicyState state, in LoadSample sample);
}
