"""Inserts rows into whatever PostgreSQL server is the primary, and keeps count of what was acknowledged and what failed."""
import threading
import time

import psycopg2


class Load:
    """One writer that inserts consecutive numbers, one transaction each, about 25 a second."""

    def __init__(self, ports):
        hosts = ",".join("127.0.0.1" for _ in ports)
        self._address = (f"host={hosts} port={','.join(map(str, ports))} dbname=postgres user=postgres connect_timeout=2 "
                         "target_session_attrs=read-write options='-c statement_timeout=5000'")
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._last = time.monotonic()
        self._gap = 0.0
        self._failed = 0
        self._first_error = None
        self.acknowledged = []
        with self._connect() as connection, connection.cursor() as cursor:
            cursor.execute("create table if not exists written (id bigint primary key)")
        connection.close()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def take(self):
        """What happened since the last call: acknowledged and failed writes, the longest time without an acknowledgement, the first error."""
        with self._lock:
            now = time.monotonic()
            result = {"acknowledged": len(self.acknowledged), "failed": self._failed, "gap": max(self._gap, now - self._last), "error": self._first_error}
            self._failed, self._gap, self._first_error, self._last = 0, 0.0, None, now
            return result

    def stop(self):
        """Ends the writer and returns the acknowledged rows that are not in the table."""
        self._stop.set()
        self._thread.join()
        connection = self._connect()
        with connection.cursor() as cursor:
            cursor.execute("select id from written")
            there = {row[0] for row in cursor.fetchall()}
        connection.close()
        return [number for number in self.acknowledged if number not in there]

    def _connect(self):
        connection = psycopg2.connect(self._address)
        connection.autocommit = True
        return connection

    def _write(self):
        connection, number = None, 0
        while not self._stop.is_set():
            number += 1
            try:
                if connection is None:
                    connection = self._connect()
                with connection.cursor() as cursor:
                    cursor.execute("insert into written values (%s)", (number,))
                with self._lock:
                    now = time.monotonic()
                    self._gap, self._last = max(self._gap, now - self._last), now
                    self.acknowledged.append(number)
            except psycopg2.Error as error:
                with self._lock:
                    self._failed += 1
                    self._first_error = self._first_error or str(error).strip().splitlines()[0]
                if connection is not None:
                    connection.close()
                connection = None
            self._stop.wait(0.04)
