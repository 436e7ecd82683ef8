using MetaStore.Simulation.Kernel;

namespace MetaStore.Simulation.Faults;

/// <summary>One thing that goes wrong.</summary>
/// <param name="Number">Its place in the plan, by which it can be left out.</param>
/// <param name="Time">When.</param>
/// <param name="Kind">What.</param>
/// <param name="Seed">Decides everything else about it, whatever happened before.</param>
internal readonly record struct Fault(int Number, long Time, FaultKind Kind, ulong Seed);

/// <summary>What goes wrong in a run, drawn before it starts, so that parts of it can be left out without changing the rest.</summary>
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
