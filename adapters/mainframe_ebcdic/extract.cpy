000100* Extract of the stolen firearms file.
000200 01  HEADER-REC.
000300     05  REC-TYPE             PIC X.
000400     05  HD-CREATED           PIC 9(8).
000500     05  FILLER               PIC X(111).
000600 01  DETAIL-REC.
000700     05  REC-TYPE             PIC X.
000800     05  CASE-NO              PIC X(12).
000900     05  FACT                 PIC X.
001000     05  EVENT-DATE           PIC 9(8) COMP-3.
001100     05  PLACE-NAME           PIC X(20).
001200     05  ARM-CLASS            PIC X.
001300     05  MAKE                 PIC X(15).
001400     05  MODEL                PIC X(12).
001500     05  ARM-DATA             PIC X(12).
001600     05  HANDGUN REDEFINES ARM-DATA.
001700         10  HG-KIND          PIC XX.
001800         10  HG-CALIBRE       PIC X(6).
001900         10  HG-CAPACITY      PIC S9(3) SIGN TRAILING.
002000         10  FILLER           PIC X.
002100     05  LONG-ARM REDEFINES ARM-DATA.
002200         10  LA-KIND          PIC XX.
002300         10  LA-CALIBRE       PIC X(6).
002400         10  LA-BARREL        PIC S9(4)V9 COMP-3.
002500         10  FILLER           PIC X.
002600     05  VALUE-EUR            PIC S9(7)V99 COMP-3.
002700     05  SERIAL-COUNT         PIC 9.
002800     05  SERIALS OCCURS 0 TO 2 TIMES DEPENDING ON SERIAL-COUNT.
002900         10  SERIAL-NO        PIC X(15).
003000 01  TRAILER-REC.
003100     05  REC-TYPE             PIC X.
003200     05  TR-COUNT             PIC 9(7).
003300     05  TR-VALUE             PIC S9(9)V99 COMP-3.
003400     05  FILLER               PIC X(106).
