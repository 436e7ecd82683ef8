using MetaStore.Batching.Admission;
using MetaStore.Raft;
using MetaStore.Testing;

namespace MetaStore.Batching.Tests.Admission;

/// <summary>
/// A node in simulated time: admission, and a FIFO server that completes a number of proposals per millisecond, none before its latency has passed.
/// Advances in steps of one millisecond.
/// </summary>
internal sealed class AdmissionModel(FakeTimeProvider time, AdmissionSettings settings)
{
    private readonly List<ModelConnection> _connections = [];
    private readonly Queue<(ModelConnection Connection, int Arrived, int Admitted, long At)> _underWay = new();
    private double _budget;

    public required Func<int, double> CapacityPerMillisecond { get; init; }

    public required Func<int, int> LatencyMilliseconds { get; init; }

    public double Memory { get; set; }

    public int Now { get; private set; }

    /// <summary>Called at the end of every millisecond.</summary>
    public Action<AdmissionStats>? OnTick { get; set; }

    private ProposalAdmission Admission => field ??= new ProposalAdmission(settings, time, () => Memory);

    public AdmissionStats Statistics => Admission.Statistics;

    /// <summary>Callers that each make the next call when the previous one has completed or was rejected.</summary>
    public ModelConnection Closed(int callers) => Add(new ModelConnection { Ready = callers, IsClosed = true });

    /// <summary>Calls that arrive regardless of earlier ones.</summary>
    public ModelConnection Open(double perMillisecond) => Add(new ModelConnection { PerMillisecond = perMillisecond });

    public void Run(double seconds)
    {
        for (int end = Now + (int)(seconds * 1000); Now < end; Now++)
        {
            foreach (ModelConnection connection in _connections)
            {
                Arrive(connection);
                Settle(connection);
            }

            Serve();
            time.Advance(TimeSpan.FromMilliseconds(1));
            OnTick?.Invoke(Admission.Statistics);
        }
    }

    private ModelConnection Add(ModelConnection connection)
    {
        _connections.Add(connection);
        return connection;
    }

    private void Arrive(ModelConnection connection)
    {
        connection.Due += connection.PerMillisecond;
        int calls = connection.Ready + (int)connection.Due;
        connection.Due -= (int)connection.Due;
        connection.Ready = 0;
        for (int i = 0; i < calls; i++)
        {
            connection.Waits.Enqueue((Now, Admission.AcquireAsync(connection.Credits, connection.Bytes, AdmissionClass.Ordinary, TimeSpan.FromMinutes(1)).AsTask()));
        }
    }

    private void Settle(ModelConnection connection)
    {
        while (connection.Waits.TryPeek(out (int Arrived, Task<ProposalAdmissionResult> Task) wait) && wait.Task.IsCompleted)
        {
            connection.Waits.Dequeue();
            if (wait.Task.Result == ProposalAdmissionResult.Accepted)
            {
                connection.LongestWait = Math.Max(connection.LongestWait, Now - wait.Arrived);
                _underWay.Enqueue((connection, wait.Arrived, Now, time.GetTimestamp()));
            }
            else
            {
                connection.Refused++;
                connection.Ready += connection.IsClosed ? 1 : 0;
            }
        }
    }

    private void Serve()
    {
        _budget = Math.Min(_budget + CapacityPerMillisecond(Now), Math.Max(1, CapacityPerMillisecond(Now)));
        while (_budget >= 1 && _underWay.TryPeek(out (ModelConnection Connection, int Arrived, int Admitted, long At) call) && Now - call.Admitted >= LatencyMilliseconds(Now))
        {
            _underWay.Dequeue();
            _budget--;
            Admission.Release(call.Connection.Credits, call.Connection.Bytes, AdmissionClass.Ordinary, call.At);
            call.Connection.Answered++;
            call.Connection.Latencies.Add((Now, Now - call.Arrived));
            call.Connection.Ready += call.Connection.IsClosed ? 1 : 0;
        }
    }
}
