using MetaStore.Simulation.Kernel;

namespace MetaStore.Simulation.Faults;

/// <summary>A planned fault.</summary>
/// <param name="Number">Its position in the plan, by which it can be skipped.</param>
/// <param name="Time">When.</param>
/// <param name="Kind">What.</param>
/// <param name="Seed">Determines everything else about it, whatever happened before.</param>
internal readonly record struct Fault(int Number, long Time, FaultKind Kind, ulong Seed);

/// <summary>The faults of a run, drawn before it starts, so that some can be skipped without changing the others.</summary>
internal sealed record FaultPlan(IReadOnlyList<Fault> Faults, long HealAt)
{
    public static FaultPlan Draw(Swarm swarm, SimRandom random)
    {
        var faults = new List<Fault>();
        long time = 2 * SimKernel.Second;
        while (swarm.Faults.Length > 0)
        {
            time += random.Exponential(swarm.FaultInterval);
            if (time >= swarm.FaultyTime)
            {
                break;
            }

            faults.Add(new Fault(faults.Count, time, random.Pick(swarm.Faults), random.NextUInt64()));
        }

        return new FaultPlan(faults, swarm.FaultyTime);
    }
}
