using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Tests.Rig;
using Xunit.Abstractions;

namespace MetaStore.StateMachine.Tests.Model;

/// <summary>Random histories: the state machine must return the same results as <see cref="ReferenceModel"/>.</summary>
public abstract class ModelTests(string engine, ITestOutputHelper output)
{
    [SkippableFact]
    public void Store_RandomHistories_AnswersLikeTheModel()
    {
        for (var seed = 1; seed <= EngineShare.Seeds(engine, 60); seed++)
        {
            Run(seed, steps: 250);
        }
    }

    private void Run(int seed, int steps)
    {
        var generator = new CommandGenerator(seed);
        var model = new ReferenceModel();
        var rig = new StoreRig(engine);
        for (var step = 0; step < steps; step++)
        {
            var command = generator.Next(model.Revision);
            var expected = model.Apply(command);
            Assert.True(rig.Machine.BeginEntry(rig.Machine.AppliedIndex + 1, 1));
            var result = rig.Machine.Apply(Encode(command));
            rig.Machine.EndEntry();
            var where = $"seed={seed} step={step} {command.GetType().Name}";
            Check(where, (expected.Error, expected.Answer, model.Revision), (result.Error, ResultText.Of(result), result.Revision));
            if (generator.Chance(3))
            {
                rig.Machine.Publish();
                ReadBack(generator, model, rig, where);
            }

            if (generator.Chance(40))
            {
                rig.Machine.Publish();
                using var left = rig.Engine;
                rig = new StoreRig(left.Copy());
            }
        }

        rig.Engine.Dispose();
    }

    private void ReadBack(CommandGenerator generator, ReferenceModel model, StoreRig rig, string where)
    {
        if (generator.Chance(2))
        {
            rig.Machine.CompactStep(1 + generator.Below(10));
        }

        Assert.Equal(model.Compacted, rig.Machine.Reader.CompactedRevision);
        Assert.Equal(model.Leases, rig.Machine.Leases.List().Select(lease => lease.Id));
        for (var read = 0; read < 4; read++)
        {
            var query = generator.Query(model.Revision);
            Check(where, model.Range(query), rig.Range(query));
        }
    }

    private void Check<T>(string where, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            output.WriteLine(where);
        }

        Assert.Equal((where, expected), (where, actual));
    }

    private static byte[] Encode(ICommand command)
    {
        var bytes = new byte[command.Size];
        command.Write(bytes);
        return bytes;
    }
}
